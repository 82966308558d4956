import { createRequire } from 'node:module';
import process from 'node:process';
import { FailedError, firstLine } from '../../errors.ts';
import { readSetup } from './setup-record.ts';

/** What we use of tfjs-node's addon (its binding/tfjs_binding.cc). Tensors and sessions are numbers. */
export interface TensorFlowBinding {
  createTensor(shape: readonly number[], type: number, values: Float32Array): number;
  deleteTensor(tensor: number): void;
  tensorDataSync(tensor: number): Float32Array<ArrayBuffer>;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  /** Names of what is fed and fetched are joined by commas. */
  runSavedModel(
    session: number,
    fed: readonly number[],
    feeds: string,
    fetches: string,
  ): { readonly id: number }[];
  isUsingGpuDevice(): boolean;
  readonly TF_FLOAT: number;
  readonly TF_Version: string;
}

/** What libtensorflow reads from the environment; whoever sets one of these knows why. */
function environment({ threads, gpu }: BindingOptions): Readonly<Record<string, string>> {
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    // A whole step is one call, so there is nothing to run beside it.
    ...(threads > 0 ? { TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1' } : {}),
    // The same run twice ends in the same weights, and in those of the other engines: full 32-bit products.
    TF_DETERMINISTIC_OPS: '1',
    NVIDIA_TF32_OVERRIDE: '0',
    // On the processor: its oneDNN convolutions are wrong for some strides that differ by axis.
    TF_ENABLE_ONEDNN_OPTS: '0',
    // Take GPU memory as it is needed, not all of it.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    ...(gpu ? {} : { CUDA_VISIBLE_DEVICES: '-1' }),
  };
}

export interface BindingOptions {
  /** Threads on the processor; 0 where a GPU computes. */
  readonly threads: number;
  readonly gpu: boolean;
}

/**
 * Loads tfjs-node's addon, without its JavaScript: we feed whole graphs, not kernels.
 * The environment has to be the process's own, which a worker's is when it is started with SHARE_ENV.
 *
 * @throws FailedError where it was not set up, does not load, or has no GPU and should have one
 */
export function loadBinding(options: BindingOptions): TensorFlowBinding {
  const setup = readSetup();
  if (!setup)
    throw new FailedError('TensorFlow is not set up here; npm run setup:cuda does it, docs/gpu.md says how.');
  for (const [name, value] of Object.entries(environment(options))) process.env[name] ??= value;
  let binding: TensorFlowBinding;
  try {
    binding = createRequire(import.meta.url)(setup.addon) as TensorFlowBinding;
  } catch (error) {
    throw new FailedError(`TensorFlow does not load (${firstLine(error)}); run npm run setup:cuda again.`);
  }
  if (options.gpu && !binding.isUsingGpuDevice())
    throw new FailedError(
      `TensorFlow ${binding.TF_Version} finds no GPU: either there is none, or the driver, CUDA or cuDNN that it wants is missing; npm run setup:cuda says which.`,
    );
  return binding;
}
