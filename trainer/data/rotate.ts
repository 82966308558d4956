import { digitPixels, digitSide } from './idx-format.ts';

const center = (digitSide - 1) / 2;
const paddedSide = digitSide + 2;

/** A digit with one pixel of paper around it, so that no neighbour read below lies outside. */
const padded = new Float32Array(paddedSide * paddedSide);

function pad(values: Float32Array, at: number, paper: number): void {
  padded.fill(paper);
  for (let row = 0; row < digitSide; row++) {
    const from = at + row * digitSide;
    for (let column = 0; column < digitSide; column++)
      padded[(row + 1) * paddedSide + column + 1] = values[from + column] as number;
  }
}

/**
 * Turns the digit at values[at …], [28, 28], in place around the middle of the image, (13.5, 13.5): bilinear
 * interpolation, paper where the source lies outside. As torchvision's RandomRotation does it with
 * InterpolationMode.BILINEAR and its default fill, before rounding to bytes, for digits whose outermost
 * pixels are paper.
 *
 * @param degrees counter-clockwise as the digit is seen
 * @param paper the value of blank paper
 */
export function rotateDigit(values: Float32Array, at: number, degrees: number, paper: number): void {
  pad(values, at, paper);
  const cosine = Math.cos((degrees * Math.PI) / 180);
  const sine = Math.sin((degrees * Math.PI) / 180);
  for (let i = 0; i < digitPixels; i++) {
    const dx = (i % digitSide) - center;
    const dy = Math.floor(i / digitSide) - center;
    // The source in padded coordinates: the inverse rotation, with y downwards.
    const x = cosine * dx - sine * dy + center + 1;
    const y = sine * dx + cosine * dy + center + 1;
    if (x < 0 || y < 0 || x >= paddedSide - 1 || y >= paddedSide - 1) {
      values[at + i] = paper;
      continue;
    }
    const left = Math.floor(x);
    const top = Math.floor(y);
    const corner = top * paddedSide + left;
    const topLeft = padded[corner] as number;
    const bottomLeft = padded[corner + paddedSide] as number;
    const upper = topLeft + (x - left) * ((padded[corner + 1] as number) - topLeft);
    const lower = bottomLeft + (x - left) * ((padded[corner + paddedSide + 1] as number) - bottomLeft);
    values[at + i] = upper + (y - top) * (lower - upper);
  }
}
