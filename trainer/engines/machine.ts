import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';
import type { EngineInfo } from './program.ts';

// What this machine computes with: its processor and its NVIDIA GPU.

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

/** The processor with as many threads as were asked for, or 0 for one per physical core. */
export async function describeProcessor(asked: number): Promise<Pick<EngineInfo, 'device' | 'threads'>> {
  const threads = asked || (await physicalCores());
  const name = cpus()[0]?.model.trim() || 'unknown processor';
  return { device: `${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, threads };
}

/** A GPU, as its driver names it. */
export interface Gpu {
  readonly name: string;
  readonly driver: string;
}

/** @param output what nvidia-smi says, a line per GPU; the first is the one that is used */
export function parseGpu(output: string): Gpu | undefined {
  const [name, driver] = (output.trim().split('\n')[0] ?? '').split(',').map((part) => part.trim());
  return name && driver && /^\d/.test(driver) ? { name, driver } : undefined;
}

/** The first NVIDIA GPU, or undefined where no driver answers. */
export async function findNvidia(): Promise<Gpu | undefined> {
  try {
    const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
    return parseGpu((await promisify(execFile)('nvidia-smi', query, { timeout: 30_000 })).stdout);
  } catch {
    return undefined;
  }
}
