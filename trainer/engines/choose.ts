import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import type { Config } from '../config.ts';
import { InputError } from '../errors.ts';
import type { EngineInfo } from './engine.ts';

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

/**
 * The engine that a configuration asks for.
 *
 * @throws InputError for an engine that this version does not have
 */
export async function chooseEngine({
  engine,
  threads: asked,
}: Pick<Config, 'engine' | 'threads'>): Promise<EngineInfo> {
  const threads = asked || (await physicalCores());
  const onCpu = `${cpuName()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  switch (engine) {
    case 'auto':
    case 'cpu':
      return { used: 'onnxruntime', provider: 'cpu', device: onCpu, threads };
    case 'webgpu':
      return { used: 'onnxruntime', provider: 'webgpu', device: 'the first WebGPU adapter', threads: 0 };
    case 'eager':
      return { used: 'eager', provider: 'cpu', device: `${cpuName()}, 1 thread`, threads: 1 };
    case 'cuda':
      throw new InputError(
        'The engine cuda is not part of this version; use --engine webgpu on a GPU with a Vulkan, Metal or D3D12 driver, or --engine cpu.',
      );
  }
}
