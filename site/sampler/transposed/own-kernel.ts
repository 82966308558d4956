import { conv2dTranspose, type Tensor4D } from '@tensorflow/tfjs-core';
import { type TransposedConvolution, upsampledLength } from './transposed.ts';

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
