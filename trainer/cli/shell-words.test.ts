import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';

describe('shellWords', () => {
  it('leaves plain words as they are', () => {
    expect(shellWords(['npm', 'run', 'train', '--', '--resume', 'mlp-2', '--artifacts', '/a/b.c'])).toBe(
      'npm run train -- --resume mlp-2 --artifacts /a/b.c',
    );
  });

  it('quotes a folder with a space for Windows', () => {
    expect(shellWords(['--data', 'C:\\my data', 'D:\\x'], { windows: true })).toBe(
      '--data "C:\\my data" D:\\x',
    );
  });

  it.skipIf(process.platform === 'win32')('comes through a shell as it was, whatever it holds', () => {
    const word = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const script = `printf '%s\\0' ${shellWords(words)}`;
        const heard = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(heard.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 30 },
    );
  });
});
