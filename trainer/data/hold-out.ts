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
  // Trainings shuffle by epochs from 1 on.
  return permutation(count, { seed: 1, epoch: 0 }).subarray(0, wanted).sort();
}

/** As many digits of a set, fairly of all of it, in its order. @throws RangeError when the set has fewer */
export const sampleDigits = (set: DigitSet, wanted: number): DigitSet =>
  pickDigits(set, samplePlaces(set.count, wanted));

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
