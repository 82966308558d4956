import type { DigitSet } from './digits.ts';
import { digitPixels } from './idx-format.ts';

/** The training digits in two parts without a digit in common. */
export interface Split {
  /** Those that the GAN learns from. */
  readonly seen: DigitSet;
  /** Those kept from it. */
  readonly heldOut: DigitSet;
}

/** The digits at these places of a set, in their order. */
export function pickDigits({ images, labels }: DigitSet, places: ArrayLike<number>): DigitSet {
  const count = places.length;
  const picked = { images: new Uint8Array(count * digitPixels), labels: new Uint8Array(count), count };
  for (let i = 0; i < count; i++) {
    const from = places[i]! * digitPixels;
    picked.images.set(images.subarray(from, from + digitPixels), i * digitPixels);
    picked.labels[i] = labels[places[i]!]!;
  }
  return picked;
}

/**
 * As many places of a set, evenly over it: MNIST's halves were written by two groups of people, so its first digits
 * are not like the rest.
 *
 * @throws RangeError when the set has fewer
 */
function spreadPlaces(count: number, wanted: number): number[] {
  if (wanted > count) throw new RangeError(`${wanted} digits were asked for, of a set of ${count}`);
  return Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted));
}

/** As many digits of a set, spread evenly over it. @throws RangeError when the set has fewer */
export const spread = (set: DigitSet, wanted: number): DigitSet =>
  pickDigits(set, spreadPlaces(set.count, wanted));

/**
 * Keeps as many digits apart, spread evenly over the set. Both parts keep the set's order.
 *
 * @throws RangeError when the set has fewer
 */
export function holdOut(set: DigitSet, wanted: number): Split {
  const held = new Set(spreadPlaces(set.count, wanted));
  const others = Array.from({ length: set.count }, (_, place) => place).filter((place) => !held.has(place));
  return { heldOut: pickDigits(set, [...held]), seen: held.size === 0 ? set : pickDigits(set, others) };
}
