import { conv2dTranspose, type Tensor4D } from '@tensorflow/tfjs-core';
import type { TransposedConvolution } from './transposed.ts';

/** By the backend's own kernel: in plain JavaScript quicker than matrix products. Loaded with that backend alone. */
export const ownKernel: TransposedConvolution = (kernel, { strides, padding, output }, hold) => {
  const held = hold(kernel) as Tensor4D;
  const [height = 0, width = 0, filters = 0] = output;
  return (x) =>
    conv2dTranspose(x as Tensor4D, held, [x.shape[0] ?? 0, height, width, filters], [...strides], padding);
};
