import { permutation } from '../random/permutation.ts';
import type { DigitSet } from './digits.ts';
import { digitPixels } from './idx-format.ts';

/** The training digits in two parts without a digit in common. */
export interface Split {
  /** Those that the GAN learns from. */
  readonly seen: DigitSet;
  /** Those kept from it. */
  readonly heldOut: DigitSet;
}

/** The images at these places, in their order: of [n, 28, 28], [places.length, 28, 28]. */
export function pickImages(images: Uint8Array, places: ArrayLike<number>): Uint8Array {
  const picked = new Uint8Array(places.length * digitPixels);
  for (let i = 0; i < places.length; i++) {
    const from = places[i]! * digitPixels;
    picked.set(images.subarray(from, from + digitPixels), i * digitPixels);
  }
  return picked;
}

const pickDigits = ({ images, labels }: DigitSet, places: ArrayLike<number>): DigitSet => ({
  images: pickImages(images, places),
  labels: Uint8Array.from(places, (place) => labels[place]!),
  count: places.length,
});

/**
 * As many places of a set, always the same ones, at random. MNIST was written by two groups of people: the first
 * half of its test digits by one, while its training digits take turns (those at even and at odd places are 1.1
 * apart by FCD-MNIST). So neither the first digits nor those at equal steps are like the whole: every thirtieth
 * training digit is .35 from all of them, and as many at random .07.
 *
 * @returns them in order
 * @throws RangeError when the set has fewer
 */
function samplePlaces(count: number, wanted: number): Uint32Array {
  if (wanted > count) throw new RangeError(`${wanted} digits were asked for, of a set of ${count}`);
  return shuffled(count).subarray(0, wanted).sort();
}

/** Trainings shuffle by epochs from 1 on. */
const shuffled = (count: number) => permutation(count, { seed: 1, epoch: 0 });

/** As many digits of a set, fairly of all of it, in its order. @throws RangeError when the set has fewer */
export const sampleDigits = (set: DigitSet, wanted: number): DigitSet =>
  pickDigits(set, samplePlaces(set.count, wanted));

/**
 * A sample with equally many of each class, as a generator that is told its classes draws them: by chance digits of
 * two samples differ in their classes too.
 *
 * @throws RangeError when a class has fewer
 */
export function sampleEvenly(set: DigitSet, wanted: number, classes: number): DigitSet {
  const each = wanted / classes;
  const taken = Array<number>(classes).fill(0);
  const places = shuffled(set.count).filter((place) => taken[set.labels[place]!]!++ < each);
  if (taken.some((count) => count < each))
    throw new RangeError(`there are fewer than ${each} digits of a class`);
  return pickDigits(set, places.sort());
}

/**
 * Keeps apart those that `sampleDigits` takes. Both parts keep the set's order.
 *
 * @throws RangeError when the set has fewer
 */
export function holdOut(set: DigitSet, wanted: number): Split {
  const held = new Set(samplePlaces(set.count, wanted));
  const others = Array.from({ length: set.count }, (_, place) => place).filter((place) => !held.has(place));
  return { heldOut: pickDigits(set, [...held]), seen: held.size === 0 ? set : pickDigits(set, others) };
}
