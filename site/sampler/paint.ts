import { digitPixels, digitSide } from '../../trainer/data/idx-format.ts';
import { type GridShape, tileDigits } from '../../trainer/export/tile.ts';

/** Paints digits, [n, 28, 28] with ink 255, as the trainer lays out its grids; the canvas takes their size. */
export function paintDigits(canvas: HTMLCanvasElement, pixels: Uint8Array, shape: GridShape): void {
  const grey = tileDigits(pixels, shape);
  const image = new ImageData(shape.columns * digitSide, shape.rows * digitSide);
  // A pixel at a time, in the byte order of every machine that runs a browser: alpha is the highest.
  const colours = new Uint32Array(image.data.buffer);
  for (let i = 0; i < grey.length; i++) colours[i] = 0xff000000 | ((grey[i] as number) * 0x010101);
  canvas.width = image.width;
  canvas.height = image.height;
  // In memory, not on the GPU: there WebKit gives a canvas of 256 × 256 pixels and more a layer of its own, with which
  // nothing over it blends, so that the veil of ink (styles/ink.css) would cover it.
  canvas.getContext('2d', { willReadFrequently: true })?.putImageData(image, 0, 0);
}

/** One digit of [n, 28, 28]. */
export function digitAt(pixels: Uint8Array, index: number): Uint8Array {
  return pixels.subarray(index * digitPixels, (index + 1) * digitPixels);
}
