import type { Config } from '../config.ts';

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
