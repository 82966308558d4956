import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { type Config, engineNames } from '../config.ts';
import { InputError } from '../errors.ts';
import { type AutoOptions, chooseFastest } from './auto.ts';
import type { EngineInfo } from './engine.ts';
import { onnxCudaInstalled } from './onnx-cuda.ts';
import { findNvidia } from './tensorflow/nvidia.ts';
import { readSetup } from './tensorflow/setup-record.ts';

/**
 * Physical cores that this process may use. A product of matrices fills a core's arithmetic by itself, so a
 * second thread on the same core only gets in its way.
 */
export async function physicalCores(): Promise<number> {
  const allowed = availableParallelism();
  const folder = '/sys/devices/system/cpu';
  try {
    const cpuFolders = (await readdir(folder)).filter((name) => /^cpu\d+$/.test(name));
    const siblings = await Promise.all(
      cpuFolders.map((cpu) => readFile(`${folder}/${cpu}/topology/thread_siblings_list`, 'utf8')),
    );
    return Math.max(1, Math.min(allowed, new Set(siblings).size));
  } catch {
    // Not Linux, or not told: a guess that is right wherever threads are not paired.
    return allowed;
  }
}

const cpuName = () => cpus()[0]?.model.trim() || 'unknown processor';

/** An engine by its own name. */
export type NamedEngine = Exclude<Config['engine'], 'auto'>;

/**
 * The engine that a configuration asks for. Nothing is started: that it works shows when a step is loaded,
 * and there a GPU engine without its GPU is an error.
 *
 * `auto` takes the fastest, or without a trial the one that INKLING_AUTO names, as where tests must not depend
 * on the machine.
 *
 * @param auto.say hears which engine `auto` takes, and why
 * @throws InputError for an engine that was not set up here
 */
export async function chooseEngine(
  { engine, threads }: Pick<Config, 'engine' | 'threads'>,
  auto: Partial<AutoOptions> = {},
): Promise<EngineInfo> {
  if (engine !== 'auto') return await describeEngine(engine, threads);
  const pinned = engineNames.find((name) => name === process.env.INKLING_AUTO);
  if (pinned && pinned !== 'auto' && !auto.afresh) return await describeEngine(pinned, threads);
  const cuda = Boolean(readSetup()?.gpu) || onnxCudaInstalled();
  const gpus: NamedEngine[] = cuda ? ['cuda', 'webgpu'] : ['webgpu'];
  const candidates = [...gpus, 'cpu' as const].map(async (name) => ({
    name,
    info: await describeEngine(name, threads),
  }));
  return await chooseFastest(await Promise.all(candidates), { say: () => {}, ...auto });
}

/** @throws InputError for an engine that was not set up here */
async function describeEngine(engine: NamedEngine, asked: number): Promise<EngineInfo> {
  const threads = asked || (await physicalCores());
  const processor = { device: `${cpuName()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, threads };
  switch (engine) {
    case 'cpu':
      return { used: 'onnxruntime', provider: 'cpu', ...processor };
    case 'webgpu':
      return { used: 'onnxruntime', provider: 'webgpu', device: 'the first WebGPU adapter', threads: 0 };
    case 'cuda':
      return await describeCuda();
    case 'tensorflow':
      if (!readSetup()) throw new InputError(notSetUp('tensorflow', '--cpu'));
      return { used: 'tensorflow', provider: 'cpu', ...processor };
    case 'eager':
      return { used: 'eager', provider: 'cpu', device: `${cpuName()}, 1 thread`, threads: 1 };
  }
}

/** TensorFlow where it was set up for a GPU, else ONNX Runtime's CUDA. @throws InputError where neither is there */
async function describeCuda(): Promise<EngineInfo> {
  const setup = readSetup();
  if (setup?.gpu) return { used: 'tensorflow', provider: 'cuda', device: setup.gpu, threads: 0 };
  if (onnxCudaInstalled()) {
    const device = (await findNvidia())?.name ?? 'the first CUDA device';
    return { used: 'onnxruntime', provider: 'cuda', device, threads: 0 };
  }
  if (!setup) throw new InputError(notSetUp('cuda'));
  throw new InputError(
    'TensorFlow was set up here for the processor alone; run npm run setup:cuda on a machine with an NVIDIA GPU, or use --engine tensorflow.',
  );
}

const notSetUp = (engine: string, flag?: string) =>
  `The engine ${engine} is not set up here; run npm run setup:cuda${flag ? ` -- ${flag}` : ''}, or use --engine webgpu on a GPU with a Vulkan, Metal or D3D12 driver, or --engine cpu.`;
