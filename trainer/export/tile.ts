import { digitPixels, digitSide } from '../data/idx-format.ts';

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
