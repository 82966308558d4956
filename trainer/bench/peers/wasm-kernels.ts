import type * as tfjs from '@tensorflow/tfjs';
import { conv2dInfo } from '../../compile/kernels/im2col.ts';
import { tf } from '../../compile/tf.ts';

/**
 * The wasm backend lacks two kernels that these steps need. They are composed of kernels that it has, each the
 * quickest way that was found: d filter as one product a kernel element, softplus as log1p(e^−|x|) + max(x, 0).
 */
export function addMissingKernels(): void {
  const missing = (kernelName: string, kernelFunc: tfjs.KernelConfig['kernelFunc']) => {
    if (!tf.getKernel(kernelName, 'wasm')) tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  };
  missing('Conv2DBackpropFilter', ({ inputs, attrs }) => {
    const { x, dy } = inputs as unknown as { x: tfjs.Tensor4D; dy: tfjs.Tensor4D };
    const { filterShape, ...rest } = attrs as unknown as tfjs.Conv2DBackpropFilterAttrs & tfjs.Conv2DAttrs;
    return tf.tidy(() => filterGradient(tensorOf(x), tensorOf(dy), filterShape, rest));
  });
  missing('Softplus', ({ inputs }) => {
    const x = tensorOf((inputs as unknown as { x: tfjs.Tensor }).x);
    return tf.tidy(() => tf.add(tf.log(tf.add(tf.exp(tf.neg(tf.abs(x))), 1)), tf.relu(x)));
  });
}

/** Kernels are given bare infos; operations want tensors. */
const tensorOf = <T extends tfjs.Tensor>(info: tfjs.TensorInfo): T =>
  tf.engine().makeTensorFromTensorInfo(info) as T;

function filterGradient(
  x: tfjs.Tensor4D,
  dy: tfjs.Tensor4D,
  filterShape: [number, number, number, number],
  attrs: tfjs.Conv2DAttrs,
): tfjs.Tensor {
  const info = conv2dInfo(x.shape, filterShape, attrs);
  const { top, bottom, left, right } = info.padInfo;
  const [kernelHeight, kernelWidth, inChannels, outChannels] = filterShape;
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const columns = tf.reshape(dy, [-1, outChannels]);
  const elements: tfjs.Tensor[] = [];
  for (let ky = 0; ky < kernelHeight; ky++)
    for (let kx = 0; kx < kernelWidth; kx++) {
      const seen = tf.stridedSlice(
        padded,
        [0, ky, kx, 0],
        [
          info.batchSize,
          ky + (info.outHeight - 1) * info.strideHeight + 1,
          kx + (info.outWidth - 1) * info.strideWidth + 1,
          inChannels,
        ],
        [1, info.strideHeight, info.strideWidth, 1],
      );
      elements.push(tf.matMul(tf.reshape(seen, [-1, inChannels]), columns, true, false));
    }
  return tf.reshape(tf.stack(elements), filterShape);
}
