import sharp from 'sharp';
import { digitSide } from '../data/idx-format.ts';
import { type GridShape, type PixelRange, tileDigits, toBytes } from './pixels.ts';

/**
 * An 8-bit greyscale PNG, lossless.
 *
 * @param pixels [height, width], 0 is black
 */
export async function encodeGreyPng(pixels: Uint8Array, width: number, height: number): Promise<Buffer> {
  if (pixels.length !== width * height)
    throw new RangeError(`${pixels.length} pixels are not an image of ${width} × ${height}.`);
  return await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
}

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
