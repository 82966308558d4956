import { fillUniform } from '../random/streams.ts';
import { type BatchOptions, fillBatch } from './batches.ts';
import type { DigitSet } from './digits.ts';
import { digitPixels, digitSide } from './idx-format.ts';

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
