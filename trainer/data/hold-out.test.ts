import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DigitSet } from './digits.ts';
import { holdOut, pickDigits, spread } from './hold-out.ts';

/** Digits told apart by their first pixel and by their label. */
function numbered(count: number): DigitSet {
  const images = new Uint8Array(count * 784);
  for (let digit = 0; digit < count; digit++) images[digit * 784] = digit;
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 10), count };
}
/** Which digits of `numbered` a set has. */
const numbersOf = ({ images, count }: DigitSet) => Array.from({ length: count }, (_, i) => images[i * 784]);

describe('digits spread over a set', () => {
  it('come from all of it, in order, with their labels', () => {
    const set = numbered(10);
    expect(numbersOf(spread(set, 4))).toEqual([0, 2, 5, 7]);
    expect([...spread(set, 4).labels]).toEqual([0, 4, 5, 9]);
  });

  it('are refused where there are fewer', () => {
    expect(() => spread(numbered(3), 4)).toThrow('4 digits were asked for, of a set of 3');
  });
});

describe('holding digits out', () => {
  const sizes = fc
    .integer({ min: 1, max: 200 })
    .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 0, max: count })));

  it('gives two parts that have no digit in common, are the whole set together, and keep its order', () => {
    fc.assert(
      fc.property(sizes, ([count, wanted]) => {
        const set = numbered(count);
        const { seen, heldOut } = holdOut(set, wanted);
        expect(heldOut.count).toBe(wanted);
        const parts = [numbersOf(seen), numbersOf(heldOut)];
        for (const part of parts) expect(part).toEqual(part.toSorted((a, b) => a! - b!));
        expect(parts.flat().toSorted((a, b) => a! - b!)).toEqual(numbersOf(set));
      }),
    );
  });

  it('keeps those that are spread over the set, each digit with its label', () => {
    const set = numbered(100);
    const { seen, heldOut } = holdOut(set, 7);
    expect(heldOut).toEqual(spread(set, 7));
    expect(seen).toEqual(pickDigits(set, numbersOf(seen) as number[]));
  });

  it('leaves the set as it is where none are held out', () => {
    const set = numbered(5);
    expect(holdOut(set, 0).seen).toBe(set);
  });
});
