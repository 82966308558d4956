import { prepare } from './backends/wasm.ts';
import { createAnswer } from './serve.ts';
import { matrixProducts } from './transposed/matrix-products.ts';
import { ownKernel } from './transposed/own-kernel.ts';

const answer = createAnswer(
  [
    { backend: 'wasm', prepare, transposed: matrixProducts },
    {
      backend: 'cpu',
      // Loaded only where it is needed.
      prepare: async () => (await import('./backends/cpu.ts')).prepare(),
      transposed: ownKernel,
    },
  ],
  self.location.origin,
);

self.addEventListener('message', async ({ data }: MessageEvent<unknown>) => {
  self.postMessage(await answer(data));
});
