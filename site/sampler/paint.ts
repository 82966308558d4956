import { type GridShape, tileDigits } from '../../trainer/export/tile.ts';

const side = 28;

/** Paints digits, [n, 28, 28] with ink 255, as the trainer lays out its grids; the canvas takes their size. */
export function paintDigits(canvas: HTMLCanvasElement, pixels: Uint8Array, shape: GridShape): void {
  const grey = tileDigits(pixels, shape);
  const image = new ImageData(shape.columns * side, shape.rows * side);
  for (const [i, value] of grey.entries()) image.data.set([value, value, value, 255], i * 4);
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** One digit of [n, 28, 28]. */
export function digitAt(pixels: Uint8Array, index: number): Uint8Array {
  return pixels.subarray(index * side * side, (index + 1) * side * side);
}
