import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm/dist/base';
import { addConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Add';
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/BatchMatMul';
import { conv2DConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Conv2D';
import { fusedBatchNormConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/FusedBatchNorm';
import { identityConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Identity';
import { leakyReluConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/LeakyRelu';
import { padV2Config } from '@tensorflow/tfjs-backend-wasm/dist/kernels/PadV2';
import { reluConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Relu';
import { reshapeConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Reshape';
import { resizeNearestNeighborConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/ResizeNearestNeighbor';
import { sigmoidConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Sigmoid';
import { sliceConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Slice';
import { tanhConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Tanh';
import { transposeConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Transpose';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { env, registerKernel } from '@tensorflow/tfjs-core';
import { createAnswer } from './serve.ts';
import { matrixProducts, type TransposedConvolution } from './transposed.ts';

const kernels = [
  addConfig,
  batchMatMulConfig,
  conv2DConfig,
  fusedBatchNormConfig,
  identityConfig,
  leakyReluConfig,
  padV2Config,
  reluConfig,
  reshapeConfig,
  resizeNearestNeighborConfig,
  sigmoidConfig,
  sliceConfig,
  tanhConfig,
  transposeConfig,
];

/** @throws Error where WebAssembly lacks SIMD: plain JavaScript is nearly as quick as what is left of it */
async function prepare(): Promise<TransposedConvolution> {
  // Threads need cross-origin isolation, which a plain host does not give.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new Error('This browser has no WebAssembly SIMD.');
  setWasmPaths({
    'tfjs-backend-wasm.wasm': simd,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  });
  for (const kernel of kernels) registerKernel(kernel);
  return matrixProducts;
}

const answer = createAnswer(
  [
    { backend: 'wasm', prepare },
    // Loaded only where it is needed.
    { backend: 'cpu', prepare: async () => (await import('./cpu.ts')).prepare() },
  ],
  self.location.origin,
);

self.addEventListener('message', async ({ data }: MessageEvent<unknown>) => {
  self.postMessage(await answer(data));
});
