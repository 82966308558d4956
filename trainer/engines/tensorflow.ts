import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { TensorFlowStep } from '../compile/emit-tensorflow.ts';
import { type Graph, sizeOf } from '../compile/graph.ts';
import { encodeSavedModel, graphTag } from '../compile/graph-def.ts';
import { FailedError, firstLine } from '../errors.ts';
import { describeProcessor } from './machine.ts';
import { checkInputs, checkSlot, type EngineKind, type Program, type Tensors } from './program.ts';

/** A step as the bytes of a SavedModel, with what is needed in order to feed it and to read what it leaves. */
interface TensorFlowSource {
  readonly bytes: Uint8Array;
  readonly step: Omit<TensorFlowStep, 'nodes'>;
}

export const tensorflowCuda: EngineKind<TensorFlowSource> = {
  name: 'cuda',
  used: 'tensorflow',
  provider: 'cuda',
  title: 'TensorFlow on CUDA',
  auto: 'contender',
  here() {
    const setup = readSetup();
    if (!setup) return notSetUp('cuda', 'npm run setup:cuda');
    return (
      setup.gpu !== null ||
      'TensorFlow was set up here for the processor alone; run npm run setup:cuda on a machine with an NVIDIA GPU, or use --engine tensorflow.'
    );
  },
  describe: async () => ({ device: readSetup()?.gpu ?? 'the first CUDA device', threads: 0 }),
  version: () => JSON.stringify(readSetup()),
  source: (graph) => compile(graph, '/device:GPU:0'),
  load: (source, initial) => load(source, initial, { threads: 0, gpu: true }),
};

export const tensorflowCpu: EngineKind<TensorFlowSource> = {
  name: 'tensorflow',
  used: 'tensorflow',
  provider: 'cpu',
  title: 'TensorFlow on the CPU',
  here: () => readSetup() !== undefined || notSetUp('tensorflow', 'npm run setup:cuda -- --cpu'),
  describe: describeProcessor,
  version: () => JSON.stringify(readSetup()),
  source: (graph) => compile(graph, '/device:CPU:0'),
  load: (source, initial, threads) => load(source, initial, { threads, gpu: false }),
};

const notSetUp = (engine: string, command: string) =>
  `The engine ${engine} is not set up here; run ${command}, or use --engine webgpu on a GPU with a Vulkan, Metal or D3D12 driver, or --engine cpu.`;

async function compile(graph: Graph, device: string): Promise<TensorFlowSource> {
  const { emitTensorFlow } = await import('../compile/emit-tensorflow.ts');
  const { nodes, ...step } = emitTensorFlow(graph, device);
  return { bytes: encodeSavedModel(nodes), step };
}

/** What `npm run setup:cuda` leaves behind: where the addon is, and what it was built against. */
export const setupRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The addon that was built, an absolute path. */
  addon: z.string(),
  /** The folder of the libtensorflow that it loads. */
  library: z.string(),
  tensorflow: z.string().describe('version of libtensorflow, as it names itself'),
  tfjsNode: z.string().describe('the package whose addon was built'),
  /** Whether a kernel ran on a GPU when it was set up. */
  gpu: z.string().nullable().describe('the GPU, as its driver names it'),
});
export type SetupRecord = z.infer<typeof setupRecordSchema>;

/** Everything of TensorFlow's that is not part of a plain install. */
export const tensorflowFolder = fileURLToPath(new URL('../../.cache/tensorflow', import.meta.url));
/** Set, the record has to be there: tests that need TensorFlow then fail where they would be left out. */
const elsewhere = process.env.INKLING_TENSORFLOW;
const recordFile = elsewhere ?? `${tensorflowFolder}/setup.json`;

/** The record, or undefined where TensorFlow was not set up. @throws FailedError when it can't be read */
export function readSetup(file = recordFile): SetupRecord | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    if (elsewhere === undefined) return undefined;
    throw new FailedError(
      `There is no ${file}, which INKLING_TENSORFLOW names; unset it, or run npm run setup:cuda.`,
    );
  }
  try {
    return setupRecordSchema.parse(JSON.parse(text));
  } catch {
    throw new FailedError(`${file} is not what this version writes; run npm run setup:cuda again.`);
  }
}

/** What we use of tfjs-node's addon (its binding/tfjs_binding.cc). Tensors and sessions are numbers. */
interface TensorFlowBinding {
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

interface BindingOptions {
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
function loadBinding(options: BindingOptions): TensorFlowBinding {
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

/** A tensor to feed: its name in the graph, its shape, its numbers. */
type Feed = readonly [tensor: string, shape: readonly number[], values: Float32Array];

/** Loads a step into libtensorflow, where its state stays. */
async function load(
  { bytes, step }: TensorFlowSource,
  initial: Tensors,
  options: BindingOptions,
): Promise<Program> {
  const binding = loadBinding(options);
  const session = loadGraph(binding, bytes);
  const run = (feeds: readonly Feed[], fetches: readonly string[]) =>
    runSession(binding, session, feeds, fetches);
  const sizes = step.inputs.map(({ name, shape }) => ({ name, size: sizeOf(shape) }));

  const write = (given: Tensors) => {
    const slots = step.state.filter(({ name }) => given[name]);
    if (slots.length === 0) return;
    for (const { name, shape } of slots) checkSlot(name, given[name]!.length, sizeOf(shape));
    const feeds = slots.map(({ name, shape, written }): Feed => [written, shape, given[name]!]);
    run(
      feeds,
      slots.map(({ writes }) => writes),
    );
  };
  const zeros = Object.fromEntries(
    step.state.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]),
  );
  write({ ...zeros, ...initial });

  return {
    async run(inputs) {
      checkInputs(inputs, sizes);
      const feeds = step.inputs.map(({ name, shape, tensor }): Feed => [tensor, shape, inputs[name]!]);
      // The signal last: only what is logged leaves the device.
      const fetched = run(feeds, [...step.results.map(({ tensor }) => tensor), step.done]);
      return Object.fromEntries(step.results.map(({ name }, i) => [name, fetched[i]!]));
    },
    async read() {
      const values = run(
        [],
        step.state.map(({ tensor }) => tensor),
      );
      return Object.fromEntries(step.state.map(({ name }, i) => [name, values[i]!]));
    },
    async write(given) {
      write(given);
    },
    async dispose() {
      binding.deleteSavedModel(session);
    },
  };
}

/** The addon takes graphs from a folder; the bytes are needed there no longer than it reads them. */
function loadGraph(binding: TensorFlowBinding, bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return binding.loadSavedModel(folder, graphTag);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runSession(
  binding: TensorFlowBinding,
  session: number,
  feeds: readonly Feed[],
  fetches: readonly string[],
): Float32Array<ArrayBuffer>[] {
  if (fetches.length === 0) return [];
  const fed: number[] = [];
  const fetched: number[] = [];
  try {
    for (const [, shape, values] of feeds) fed.push(binding.createTensor(shape, binding.TF_FLOAT, values));
    const names = feeds.map(([tensor]) => tensor).join(',');
    for (const { id } of binding.runSavedModel(session, fed, names, fetches.join(','))) fetched.push(id);
    return fetched.map((id) => binding.tensorDataSync(id));
  } finally {
    for (const id of [...fed, ...fetched]) binding.deleteTensor(id);
  }
}
