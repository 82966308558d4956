import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { OnnxProgram } from '../compile/emit.ts';
import type { Graph } from '../compile/graph.ts';
import { describeProcessor, findNvidia } from './machine.ts';
import { onnxProgram } from './onnx-program.ts';
import type { EngineKind, Program, Tensors } from './program.ts';

const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');

/** What the engines of ONNX Runtime have in common. */
const onnxruntime = (provider: string) =>
  ({
    used: 'onnxruntime',
    provider,
    version: () => (createRequire(import.meta.url)(manifest) as { version: string }).version,
    runsOnnx: true,
    source: compile,
    load: (source, initial, threads) => load(source, initial, { provider, threads }),
  }) satisfies Partial<EngineKind<OnnxProgram>>;

export const cpu: EngineKind<OnnxProgram> = {
  ...onnxruntime('cpu'),
  name: 'cpu',
  title: 'ONNX Runtime on the CPU',
  auto: 'reference',
  here: () => true,
  describe: describeProcessor,
};

export const webgpu: EngineKind<OnnxProgram> = {
  ...onnxruntime('webgpu'),
  name: 'webgpu',
  title: 'ONNX Runtime on WebGPU',
  needs: 'a GPU with a Vulkan, Metal or D3D12 driver',
  auto: 'contender',
  here: () => true,
  describe: async () => ({ device: 'the first WebGPU adapter', threads: 0 }),
};

export const onnxCuda: EngineKind<OnnxProgram> = {
  ...onnxruntime('cuda'),
  name: 'cuda',
  title: 'ONNX Runtime on CUDA',
  auto: 'contender',
  here: () => existsSync(cudaProvider) || 'ONNX Runtime has no CUDA here; docs/gpu.md says how it gets it.',
  describe: async () => ({ device: (await findNvidia())?.name ?? 'the first CUDA device', threads: 0 }),
};

/**
 * The package leaves its CUDA provider out; its own install step fetches it:
 * `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`.
 */
const cudaProvider = join(
  dirname(manifest),
  'bin/napi-v6',
  process.platform,
  process.arch,
  'libonnxruntime_providers_cuda.so',
);

async function compile(graph: Graph): Promise<OnnxProgram> {
  const { onnxOf } = await import('../compile/emit.ts');
  return onnxOf(graph);
}

async function load(
  { bytes, step }: OnnxProgram,
  initial: Tensors,
  { provider, threads }: { readonly provider: string; readonly threads: number },
): Promise<Program> {
  // Unless this is set when its native part is loaded, ONNX Runtime reports to its vendor, keeps an id of the device in
  // the home folder, and leaves logs behind. So this is the one place that loads it, and not by a plain import,
  // which would come first.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // Threads that wait by spinning speed up a step, but must not go on spinning between steps: the other
    // sessions and the thread that prepares the next batch need those cores.
    extra: {
      session: {
        force_spinning_stop: '1',
        // Asked for CUDA, no operation may go to the processor unseen.
        ...(provider === 'cuda' ? { disable_cpu_ep_fallback: '1' } : {}),
      },
    },
  });
  const tensor = (data: Float32Array, shape: readonly number[]) => new Tensor('float32', data, [...shape]);
  return onnxProgram({ session, tensor }, step, initial);
}
