import {
  add,
  matMul,
  pad,
  reshape,
  slice,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Shape } from '../../../trainer/export/layer-kinds.ts';
import type { Weight } from '../../../trainer/export/layers-format.ts';

export interface Geometry {
  /** Sides of the kernel. */
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [down: number, across: number];
  readonly padding: 'same' | 'valid';
  /** [height, width, filters] */
  readonly output: Shape;
}

/**
 * A way to compute transposed convolutions; which one is quick depends on the backend.
 *
 * @param kernel [height, width, filters, channels]
 * @param hold puts a weight on the backend until the generator is disposed of
 * @returns from [n, h, w, channels] to [n, ...output]
 */
export type TransposedConvolution = (
  kernel: Weight,
  geometry: Geometry,
  hold: (weight: Weight) => Tensor,
) => (x: Tensor) => Tensor;

/** Taps of as many rows and columns as the strides: each input pixel fills one such block of the output, this far off. */
interface Block {
  /** In strides. */
  readonly offset: readonly [down: number, across: number];
  /** [channels, down · across · filters] */
  readonly taps: Weight;
}

/** How many blocks cover the sides of the kernel. */
const blocksAlong = ({ size, strides }: Geometry) =>
  [Math.ceil(size[0] / strides[0]), Math.ceil(size[1] / strides[1])] as const;

/**
 * Cuts the kernel of a transposed convolution into blocks; taps beyond its sides are 0. The output pixel s · q + r
 * is the sum over a of K[s · a + r] x[q - a]: of one matrix product for each block a (Shi et al., "Is the
 * deconvolution layer the same as a convolutional layer?", 2016).
 *
 * @param kernel [height, width, filters, channels]
 */
function kernelBlocks(kernel: Weight, geometry: Geometry): Block[] {
  const [height = 0, width = 0, filters = 0, channels = 0] = kernel.shape;
  const [down, across] = geometry.strides;
  const depth = down * across * filters;
  const cut = (row: number, column: number): Block => {
    const values = new Float32Array(channels * depth);
    for (let to = 0; to < depth; to++) {
      const place = Math.floor(to / filters);
      const y = row * down + Math.floor(place / across);
      const x = column * across + (place % across);
      if (y >= height || x >= width) continue;
      const from = ((y * width + x) * filters + (to % filters)) * channels;
      for (let channel = 0; channel < channels; channel++)
        values[channel * depth + to] = kernel.values[from + channel] as number;
    }
    return { offset: [row, column], taps: { shape: [channels, depth], values } };
  };
  const [rows, columns] = blocksAlong(geometry);
  return Array.from({ length: rows * columns }, (_, i) => cut(Math.floor(i / columns), i % columns));
}

/** By matrix products and sums, many times as quick in WebAssembly as its own kernel. */
export const matrixProducts: TransposedConvolution = (kernel, geometry, hold) => {
  const { size, strides, padding, output } = geometry;
  const [down, across] = strides;
  const [height = 0, width = 0, filters = 0] = output;
  const [below, beside] = blocksAlong(geometry).map((blocks) => blocks - 1) as [number, number];
  const blocks = kernelBlocks(kernel, geometry).map(({ offset, taps }) => ({
    offset,
    taps: hold(taps) as Tensor2D,
  }));
  /** Where 'same' begins to keep the picture; as TensorFlow defines it. */
  const firstKept = (side: 0 | 1) =>
    padding === 'same' ? Math.floor(Math.max(size[side] - strides[side], 0) / 2) : 0;
  return (x) => {
    const [n = 0, h = 0, w = 0, channels = 0] = x.shape;
    const pixels = reshape(x, [n * h * w, channels]) as Tensor2D;
    const shifted = blocks.map(({ offset: [row, column], taps }) =>
      pad(reshape(matMul(pixels, taps), [n, h, w, -1]), [
        [0, 0],
        [row, below - row],
        [column, beside - column],
        [0, 0],
      ]),
    );
    const squares = shifted.reduce((sum, block) => add(sum, block)); // [n, h + below, w + beside, down · across · filters]
    // The rows of a block go below one another, as depthToSpace puts them, whose kernel is slow.
    const rows = reshape(squares, [n * (h + below), w + beside, down, across * filters]);
    const whole = [n, (h + below) * down, (w + beside) * across, filters];
    const full = reshape(transpose(rows, [0, 2, 1, 3]), whole);
    return slice(full, [0, firstKept(0), firstKept(1), 0], [n, height, width, filters]);
  };
};
