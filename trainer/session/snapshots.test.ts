import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickReals } from './snapshots.ts';

const grid = { rows: 10, columns: 3 };

describe('the grid of real digits', () => {
  it('shows one class a row, whichever digits there are', () => {
    const labels = fc.uint8Array({ min: 0, max: 9, minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(labels, (given) => {
        const picked = pickReals({ count: given.length, labels: given }, { ...grid, classes: 10 });
        expect(picked).toHaveLength(30);
        for (const [place, digit] of picked.entries())
          if (digit !== undefined) expect(given[digit]).toBe(Math.floor(place / 3));
        const shown = picked.filter((digit) => digit !== undefined);
        expect(new Set(shown).size).toBe(shown.length);
        for (let label = 0; label < 10; label++) {
          const there = given.filter((other) => other === label).length;
          expect(shown.filter((digit) => given[digit] === label)).toHaveLength(Math.min(3, there));
        }
      }),
    );
  });

  it('shows the first digits in their order where classes play no part', () => {
    const labels = new Uint8Array(40);
    const picked = pickReals({ count: 40, labels }, { ...grid, classes: 0 });
    expect(picked).toEqual(Array.from({ length: 30 }, (_, i) => i));
    const few = pickReals({ count: 4, labels }, { ...grid, classes: 0 });
    expect(few).toEqual([0, 1, 2, 3, ...Array(26).fill(undefined)]);
  });
});
