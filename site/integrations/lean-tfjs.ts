import type { Plugin } from 'vite';

/** What stands for a module that is left out: names to import, and nothing behind them. */
const leftOut: Record<string, string> = {
  // Breaks when its names are shortened (https://github.com/tensorflow/tfjs/issues/4539), and runs only where a page
  // is cross-origin isolated, as a plain host does not make it.
  'tfjs-backend-wasm-threaded-simd.js': 'export default undefined;',
  'tfjs-backend-wasm-threaded-simd.worker.js': 'export const wasmWorkerContents = "";',
  // Keep models in the browser, which the sampler does not. Where they are missing they are not registered.
  indexed_db: 'export const BrowserIndexedDB = {}, BrowserIndexedDBManager = {};',
  local_storage: 'export const BrowserLocalStorage = {}, BrowserLocalStorageManager = {};',
  model_management:
    'export const ModelStoreManagerRegistry = {}, copyModel = 0, listModels = 0, moveModel = 0, removeModel = 0;',
  // Gradients and measurements, of which the sampler takes none; the engine names them in methods that it never calls.
  tape: 'export const backpropagateGradients = 0, getFilteredNodesXToY = 0;',
  profiler: 'export class Profiler {}',
  // Prints tensors, and computes in Node: a worker in a browser does neither.
  tensor_format: 'export const tensorToString = () => "";',
  platform_node: 'export {};',
};
const mark = '\0inkling:left-out:';

/** Bundles TensorFlow.js without what the sampler has no use for and tree shaking cannot see. */
export function leanTfjs(): Plugin {
  return {
    name: 'inkling:lean-tfjs',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      // The index registers every optimiser; custom bundles import what is under it, as its own comment says.
      if (source === '@tensorflow/tfjs-core')
        return await this.resolve('@tensorflow/tfjs-core/dist/base', importer, options);
      const file = source.split('/').at(-1) ?? '';
      return file in leftOut && importer?.includes('/@tensorflow/') ? mark + file : null;
    },
    load: (id) => (id.startsWith(mark) ? leftOut[id.slice(mark.length)] : null),
  };
}
