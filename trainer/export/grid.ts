import { digitSide } from '../data/idx-format.ts';
import { type PixelRange, toBytes } from './pixels.ts';
import { encodeGreyPng } from './png.ts';
import { type GridShape, tileDigits } from './tile.ts';

/** A greyscale PNG of digits laid out as `tileDigits` does, ink white on black as in MNIST. */
export function encodeGrid(digits: Uint8Array, shape: GridShape): Promise<Buffer> {
  return encodeGreyPng(tileDigits(digits, shape), shape.columns * digitSide, shape.rows * digitSide);
}

/**
 * The grid of a generator's digits.
 *
 * @param images [n, 28, 28] in `range`, n at most rows · columns
 */
export function renderGrid(
  images: Float32Array,
  { range, ...shape }: GridShape & { readonly range: PixelRange },
): Promise<Buffer> {
  return encodeGrid(toBytes(images, range), shape);
}
