import {
  add,
  conv2dTranspose,
  matMul,
  pad,
  reshape,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Weight } from '../../../trainer/export/layers-format.ts';

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
function upsampledLength(length: number, size: number, { stride, padding }: Geometry): number {
  return length * stride + (padding === 'valid' ? Math.max(size - stride, 0) : 0);
}

/** By the backend's own kernel. */
export const ownKernel: TransposedConvolution = (kernel, geometry, hold) => {
  const held = hold(kernel) as Tensor4D;
  const { size, stride, filters, padding } = geometry;
  return (x) => {
    const [n = 0, h = 0, w = 0] = x.shape;
    const height = upsampledLength(h, size[0], geometry);
    const width = upsampledLength(w, size[1], geometry);
    return conv2dTranspose(x as Tensor4D, held, [n, height, width, filters], stride, padding);
  };
};

/** A square of taps as wide as the stride: each input pixel fills one such square of the output, this far off. */
interface Block {
  /** Down and across, in strides. */
  readonly offset: readonly [down: number, across: number];
  /** [channels, stride² · filters] */
  readonly taps: Weight;
}

/** How many blocks cover a side of the kernel. */
const blocksAlong = (size: number, stride: number) => Math.ceil(size / stride);

/**
 * Cuts the kernel of a transposed convolution into blocks; taps beyond its sides are 0. The output pixel s · q + r
 * is the sum over a of K[s · a + r] x[q - a]: of one matrix product for each block a (Shi et al., "Is the
 * deconvolution layer the same as a convolutional layer?", 2016).
 *
 * @param kernel [height, width, filters, channels]
 */
function kernelBlocks(kernel: Weight, { size, stride, filters }: Geometry): Block[] {
  const [height, width] = size;
  const channels = kernel.shape[3] ?? 0;
  const depth = stride * stride * filters;
  const cut = (down: number, across: number): Block => {
    const values = new Float32Array(channels * depth);
    for (let to = 0; to < depth; to++) {
      const place = Math.floor(to / filters);
      const y = down * stride + Math.floor(place / stride);
      const x = across * stride + (place % stride);
      if (y >= height || x >= width) continue;
      const from = ((y * width + x) * filters + (to % filters)) * channels;
      for (let channel = 0; channel < channels; channel++)
        values[channel * depth + to] = kernel.values[from + channel] as number;
    }
    return { offset: [down, across], taps: { shape: [channels, depth], values } };
  };
  const rows = Array.from({ length: blocksAlong(height, stride) }, (_, down) => down);
  const columns = Array.from({ length: blocksAlong(width, stride) }, (_, across) => across);
  return rows.flatMap((down) => columns.map((across) => cut(down, across)));
}

/** Where 'same' begins to keep the picture; as TensorFlow defines it. */
function firstKept(size: number, { stride, padding }: Geometry): number {
  return padding === 'same' ? Math.floor(Math.max(size - stride, 0) / 2) : 0;
}

/** By matrix products and sums, many times as quick in WebAssembly as its own kernel. */
export const matrixProducts: TransposedConvolution = (kernel, geometry, hold) => {
  const { size, stride, filters } = geometry;
  const [below, beside] = [blocksAlong(size[0], stride) - 1, blocksAlong(size[1], stride) - 1];
  const blocks = kernelBlocks(kernel, geometry).map(({ offset, taps }) => ({
    offset,
    taps: hold(taps) as Tensor2D,
  }));
  return (x) => {
    const [n = 0, h = 0, w = 0, channels = 0] = x.shape;
    const pixels = reshape(x, [n * h * w, channels]) as Tensor2D;
    const shifted = blocks.map(({ offset: [down, across], taps }) =>
      pad(reshape(matMul(pixels, taps), [n, h, w, -1]), [
        [0, 0],
        [down, below - down],
        [across, beside - across],
        [0, 0],
      ]),
    );
    const squares = shifted.reduce((sum, block) => add(sum, block)); // [n, h + below, w + beside, stride² · filters]
    // The rows of a square go below one another, as depthToSpace puts them, whose kernel is slow.
    const rows = reshape(squares, [n * (h + below), w + beside, stride, stride * filters]);
    const whole = [n, (h + below) * stride, (w + beside) * stride, filters];
    const full = reshape(transpose(rows, [0, 2, 1, 3]), whole);
    const height = upsampledLength(h, size[0], geometry);
    const width = upsampledLength(w, size[1], geometry);
    return slice(
      full,
      [0, firstKept(size[0], geometry), firstKept(size[1], geometry), 0],
      [n, height, width, filters],
    );
  };
};
