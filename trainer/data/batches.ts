import { fillUniform } from '../random/streams.ts';
import type { DigitSet } from './digits.ts';
import { digitPixels, digitSide } from './idx-format.ts';
import { rotateDigit } from './rotate.ts';

export interface BatchOptions {
  /** The values of paper (byte 0) and of ink (byte 255). */
  range: readonly [paper: number, ink: number];
  /** Each digit is turned by a uniform angle of up to this many degrees, either way; 0 is off. */
  rotation: number;
  /** The run's seed and the step's number: the angle in place i is index i of purpose `augment`. */
  address: { seed: number; step: number };
}

const draw = new Float32Array(1);

/** Place of the digit that `order` names at `position`. */
function digitAt(set: DigitSet, order: Uint32Array, position: number): number {
  const digit = order[position];
  if (digit === undefined)
    throw new RangeError(`the batch reads place ${position} of an order of ${order.length} digits`);
  if (digit >= set.count) throw new RangeError(`the order names digit ${digit} of a set of ${set.count}`);
  return digit;
}

/**
 * Fills a batch with the digits order[first], order[first + 1], …, as values in the given range.
 *
 * @param out [batch, 28, 28, 1]; its length says how many digits
 * @throws RangeError when the order ends before the batch does
 */
export function fillBatch(
  out: Float32Array,
  set: DigitSet,
  order: Uint32Array,
  first: number,
  { range: [paper, ink], rotation, address }: BatchOptions,
): void {
  const count = out.length / digitPixels;
  if (!Number.isInteger(count)) throw new RangeError(`${out.length} values are no whole number of digits`);
  const values = new Float32Array(256);
  for (let byte = 0; byte < 256; byte++) values[byte] = paper + ((ink - paper) * byte) / 255;
  for (let i = 0; i < count; i++) {
    const digit = digitAt(set, order, first + i);
    const pixels = set.images.subarray(digit * digitPixels, (digit + 1) * digitPixels);
    const to = i * digitPixels;
    for (let pixel = 0; pixel < digitPixels; pixel++)
      out[to + pixel] = values[pixels[pixel] as number] as number;
    if (rotation > 0) {
      fillUniform(draw, { ...address, purpose: 'augment', index: i });
      rotateDigit(out, to, (2 * (draw[0] as number) - 1) * rotation, paper);
    }
  }
}

/**
 * Fills a batch with the labels of the digits order[first], order[first + 1], …, as one-hot rows.
 *
 * @param out [batch, classes]; its length says how many labels
 * @throws RangeError when the order ends before the batch does, or a label is not below classes
 */
export function fillOneHot(
  out: Float32Array,
  set: DigitSet,
  order: Uint32Array,
  first: number,
  classes: number,
): void {
  const count = out.length / classes;
  if (!Number.isInteger(count))
    throw new RangeError(`${out.length} values are no rows of ${classes} classes`);
  out.fill(0);
  for (let i = 0; i < count; i++) {
    const label = set.labels[digitAt(set, order, first + i)] as number;
    if (label >= classes) throw new RangeError(`label ${label} does not fit in ${classes} classes`);
    out[i * classes + label] = 1;
  }
}

const source = new Float32Array(digitPixels);

/**
 * Moves the digit at values[at …], [28, 28], in place by whole pixels, right and down; what comes in is paper.
 */
export function shiftDigit(
  values: Float32Array,
  at: number,
  { right, down, paper }: { readonly right: number; readonly down: number; readonly paper: number },
): void {
  source.set(values.subarray(at, at + digitPixels));
  for (let row = 0; row < digitSide; row++)
    for (let column = 0; column < digitSide; column++) {
      const [fromRow, fromColumn] = [row - down, column - right];
      const inside = fromRow >= 0 && fromRow < digitSide && fromColumn >= 0 && fromColumn < digitSide;
      values[at + row * digitSide + column] = inside ? source[fromRow * digitSide + fromColumn]! : paper;
    }
}

/** Fills a batch as `fillBatch` does, and then moves each digit by up to `shift` whole pixels each way. */
export function fillShiftedBatch(
  out: Float32Array,
  set: DigitSet,
  order: Uint32Array,
  first: number,
  { shift, ...options }: BatchOptions & { readonly shift: number },
): void {
  fillBatch(out, set, order, first, options);
  if (shift === 0) return;
  // The first number of a place's stream is its angle.
  const drawn = new Float32Array(3);
  const pixels = (uniform: number) => Math.floor(uniform * (2 * shift + 1)) - shift;
  for (let i = 0; i * digitPixels < out.length; i++) {
    fillUniform(drawn, { ...options.address, purpose: 'augment', index: i });
    const [right, down] = [pixels(drawn[1]!), pixels(drawn[2]!)];
    shiftDigit(out, i * digitPixels, { right, down, paper: options.range[0] });
  }
}
