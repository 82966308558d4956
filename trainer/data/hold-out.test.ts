import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DigitSet, holdOut, pickImages, sampleDigits, sampleEvenly } from './digits.ts';

/** Digits told apart by their first pixel and by their label. */
function numbered(count: number): DigitSet {
  const images = new Uint8Array(count * 784);
  for (let digit = 0; digit < count; digit++) images[digit * 784] = digit;
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 10), count };
}
/** Which digits of `numbered` a set has. */
const numbersOf = ({ images, count }: DigitSet) => Array.from({ length: count }, (_, i) => images[i * 784]);

describe('a sample of digits', () => {
  it('comes from all of the set, from even places and odd ones, in order', () => {
    const numbers = numbersOf(sampleDigits(numbered(250), 100)) as number[];
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(100);
    for (const part of [
      numbers.filter((n) => n % 2 === 0),
      numbers.filter((n) => n < 125),
      numbers.filter((n) => n % 30 < 15),
    ]) {
      expect(part.length).toBeGreaterThan(35);
      expect(part.length).toBeLessThan(65);
    }
  });

  it('is the same each time, and the whole set where it is as large', () => {
    const set = numbered(20);
    expect(sampleDigits(set, 7)).toEqual(sampleDigits(set, 7));
    expect(sampleDigits(set, 20)).toEqual(set);
  });

  it('is refused where there are fewer', () => {
    expect(() => sampleDigits(numbered(3), 4)).toThrow('4 digits were asked for, of a set of 3');
  });
});

describe('an even sample of digits', () => {
  it('has as many of each class, in order and without a digit twice', () => {
    const sample = sampleEvenly(numbered(250), 50, 10);
    const numbers = numbersOf(sample) as number[];
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (let label = 0; label < 10; label++)
      expect(sample.labels.filter((other) => other === label)).toHaveLength(5);
  });

  it('is refused where a class has fewer', () => {
    expect(() => sampleEvenly(numbered(29), 30, 10)).toThrow('there are fewer than 3 digits of a class');
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

  it('keeps a sample, each digit with its label', () => {
    const set = numbered(100);
    const { seen, heldOut } = holdOut(set, 7);
    expect(heldOut).toEqual(sampleDigits(set, 7));
    const places = numbersOf(seen) as number[];
    expect(seen.images).toEqual(pickImages(set.images, places));
    expect([...seen.labels]).toEqual(places.map((place) => set.labels[place]));
  });

  it('leaves the set as it is where none are held out', () => {
    const set = numbered(5);
    expect(holdOut(set, 0).seen).toBe(set);
  });
});
