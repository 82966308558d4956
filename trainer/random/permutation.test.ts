import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutation } from './permutation.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('permutation', () => {
  it('holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(300), seeds, fc.nat(10_000), (count, seed, epoch) => {
        const sorted = permutation(count, { seed, epoch }).sort();
        expect([...sorted]).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it('is the same again for the same seed and epoch', () => {
    expect(permutation(1000, { seed: 3, epoch: 4 })).toEqual(permutation(1000, { seed: 3, epoch: 4 }));
  });

  it('differs from epoch to epoch and from seed to seed', () => {
    const orders = [0, 1, 2].flatMap((seed) =>
      [0, 1, 2].map((epoch) => permutation(1000, { seed, epoch }).join()),
    );
    expect(new Set(orders).size).toBe(9);
  });

  it('gives each order of four equally often', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let epoch = 0; epoch < draws; epoch++) {
      const order = permutation(4, { seed: 1, epoch }).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = draws / 24;
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 23 degrees of freedom: one fair case in 10,000 exceeds 55.
    expect(chiSquared).toBeLessThan(55);
  });

  // Computed by a separate implementation in Python's exact integers.
  it('gives the recorded orders', () => {
    expect([...permutation(10, { seed: 0, epoch: 1 })]).toEqual([4, 3, 1, 9, 2, 8, 5, 6, 0, 7]);
    expect([...permutation(10, { seed: 0, epoch: 2 })]).toEqual([2, 5, 3, 1, 0, 4, 7, 8, 6, 9]);
    const bytes = new Uint8Array(permutation(60_000, { seed: 42, epoch: 3 }).buffer);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '1222df7c8b6bf722d6d83b88118209974fc383153691d740e29c478635b648c2',
    );
  });
});
