import { describe, expect, it } from 'vitest';
import { interleave, quantile, type Subject, summarise } from './timing.ts';

describe('quantile', () => {
  it('lies between neighbours in proportion', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
    expect(quantile([7], 0.75)).toBe(7);
  });
  it('is not made up where there are no values', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('interleave', () => {
  const order: string[] = [];
  const subject = (name: string, perRound: number, times: number[]): Subject => ({
    name,
    perRound,
    async time() {
      order.push(name);
      return times.shift()!;
    },
    async end() {},
  });

  it('takes turns, and does not count the round that warms up', async () => {
    const a = subject('a', 2, [900, 900, 1, 2, 3, 4]);
    const b = subject('b', 1, [900, 10, 20]);
    const timings = await interleave([a, b], { rounds: 2 });
    expect(order.join('')).toBe('aabaabaab');
    expect(timings.get('a')).toEqual(summarise([1, 2, 3, 4]));
    expect(timings.get('b')).toEqual({ medianMs: 15, quartilesMs: [12.5, 17.5], count: 2 });
  });
});
