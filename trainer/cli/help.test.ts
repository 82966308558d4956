import { describe, expect, it } from 'vitest';
import { number, text } from './flag.ts';
import { formatFlags } from './help.ts';

describe('formatFlags', () => {
  it('aligns the descriptions and wraps them to the width', () => {
    const table = {
      seed: number({ description: 'everything random follows from this number' }),
      out: text({ description: 'where to write', placeholder: 'PATH' }),
    };
    expect(formatFlags(table, { width: 40 })).toBe(
      [
        '  --seed N    everything random follows',
        '              from this number',
        '  --out PATH  where to write',
        '  --help      show this',
      ].join('\n'),
    );
  });

  it('gives a long flag a line of its own', () => {
    const table = {
      long: text({ description: 'what it is', placeholder: 'A-VERY-LONG-PLACEHOLDER-INDEED' }),
    };
    expect(formatFlags(table).split('\n')).toEqual([
      '  --long A-VERY-LONG-PLACEHOLDER-INDEED',
      '                                what it is',
      '  --help                        show this',
    ]);
  });
});
