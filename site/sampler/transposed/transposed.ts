import type { Tensor } from '@tensorflow/tfjs-core';
import type { Weight } from '../weights.ts';

export interface Geometry {
  /** Sides of the kernel. */
  readonly size: readonly [height: number, width: number];
  /** The same both ways: a picture is enlarged by a whole factor. */
  readonly stride: number;
  readonly filters: number;
  readonly padding: 'same' | 'valid';
}

/**
 * A way to compute transposed convolutions; which one is quick depends on the backend.
 *
 * @param kernel [height, width, filters, channels]
 * @param hold puts a weight on the backend until the generator is disposed of
 * @returns from [n, h, w, channels] to [n, h · stride, w · stride, filters], and by the kernel's surplus over the
 *   stride more when padding is 'valid'
 */
export type TransposedConvolution = (
  kernel: Weight,
  geometry: Geometry,
  hold: (weight: Weight) => Tensor,
) => (x: Tensor) => Tensor;

/** The length of the output along a side of the input. */
export function upsampledLength(length: number, size: number, { stride, padding }: Geometry): number {
  return length * stride + (padding === 'valid' ? Math.max(size - stride, 0) : 0);
}
