import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';

/**
 * Whether ONNX Runtime's CUDA provider is installed. The package leaves it out; its own install step fetches
 * it: `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`.
 */
export function onnxCudaInstalled(): boolean {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const folder = join(root, 'bin/napi-v6', process.platform, process.arch);
  return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
}
