import type { Config } from '../config.ts';
import { digitPixels, digitSide } from '../data/idx-format.ts';

/** The value that a generator draws paper with (black in MNIST) and the one for ink (white), such as [-1, 1]. */
export type PixelRange = readonly [paper: number, ink: number];

/** The range of a generator by its output activation. */
export const outputRange = (activation: Config['outputActivation']): [paper: number, ink: number] =>
  activation === 'tanh' ? [-1, 1] : [0, 1];

/**
 * Pixel values as bytes: paper is 0, ink is 255, and values outside the range become its nearer end. The
 * trainer and the browser both draw through this function, so equal values are equal pixels.
 *
 * @param values any shape; NaN is drawn as paper
 * @returns the same shape, round(255 · (value - paper) / (ink - paper))
 */
export function toBytes(values: Float32Array, [paper, ink]: PixelRange): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length);
  for (const [i, value] of values.entries()) {
    const grey = ((value - paper) * 255) / (ink - paper);
    bytes[i] = Math.round(Math.min(255, Math.max(0, grey)));
  }
  return bytes;
}

export interface GridShape {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Lays digits out row by row without gaps: digit r · columns + c has its upper left corner at
 * x = c · 28, y = r · 28. Cells beyond the last digit are black.
 *
 * @param digits [n, 28, 28], n at most rows · columns
 * @returns [rows · 28, columns · 28]
 */
export function tileDigits(digits: Uint8Array, { rows, columns }: GridShape): Uint8Array {
  const count = digits.length / digitPixels;
  if (!Number.isInteger(count) || count > rows * columns)
    throw new RangeError(
      `${digits.length} pixels are not digits for a grid of ${rows} × ${columns} with ${digitPixels} each.`,
    );
  const width = columns * digitSide;
  const grid = new Uint8Array(rows * digitSide * width);
  for (let digit = 0; digit < count; digit++) {
    const corner = Math.floor(digit / columns) * digitSide * width + (digit % columns) * digitSide;
    for (let y = 0; y < digitSide; y++) {
      const from = digit * digitPixels + y * digitSide;
      grid.set(digits.subarray(from, from + digitSide), corner + y * width);
    }
  }
  return grid;
}
