import { existsSync } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Gpu } from '../../trainer/engines/machine.ts';
import { FailedError } from '../../trainer/errors.ts';
import { runQuietly } from '../launcher/child.mjs';

/** The oldest Linux driver for CUDA 12 (NVIDIA's CUDA release notes, table of minor version compatibility). */
const oldestDriver = 525;

/** Runs a program in `root`; one that can't be started is one that failed. */
export async function attempt(
  command: [string, ...string[]],
  root: string,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  try {
    const { code, output } = await runQuietly(command, { root });
    return { ok: code === 0, output };
  } catch (error) {
    return { ok: false, output: error instanceof Error ? error.message : String(error) };
  }
}

/** The last line that a program said, for a sentence about its failure. */
export const lastWords = (output: string): string =>
  output.trim().split('\n').at(-1)?.trim().replace(/\.$/, '') || 'it said nothing';

/** Makes a folder whole or not at all: it is filled beside its place. */
export async function makeWhole(folder: string, fill: (growing: string) => Promise<void>): Promise<void> {
  const growing = `${folder}.growing`;
  await rm(growing, { recursive: true, force: true });
  await mkdir(growing);
  await fill(growing);
  await rename(growing, folder);
}

/** @throws FailedError where there is no NVIDIA GPU with a driver that is new enough */
export function checkGpu(gpu: Gpu | undefined): Gpu {
  if (!gpu)
    throw new FailedError(
      'No NVIDIA driver answers here (nvidia-smi); install one from https://www.nvidia.com/drivers, or set up libtensorflow for the processor alone with --cpu.',
    );
  if (Number.parseInt(gpu.driver, 10) < oldestDriver)
    throw new FailedError(
      `The driver of the ${gpu.name} is ${gpu.driver}, and CUDA 12 wants ${oldestDriver} or newer; update it from https://www.nvidia.com/drivers.`,
    );
  return gpu;
}

/** @throws FailedError on a system for which there is no libtensorflow with CUDA */
export function checkSystem({ platform, arch }: { platform: string; arch: string } = process): void {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
    throw new FailedError(
      `TensorFlow has CUDA on Linux alone (or in WSL2), and this is ${platform} ${arch}; use --engine webgpu for the GPU here.`,
    );
}

/** The C++ compiler. @throws FailedError where there is none */
export async function findCompiler(root: string): Promise<string> {
  const compiler = process.env.CXX ?? 'g++';
  const { ok, output } = await attempt([compiler, '--version'], root);
  if (!ok)
    throw new FailedError(
      `No C++ compiler: ${lastWords(output)}; install one (apt install g++), or name yours in CXX.`,
    );
  return compiler;
}

/** The headers of Node-API beside the Node that runs us. @throws FailedError where they were left out */
export function findNodeHeaders(execPath = process.execPath): string {
  const folder = join(dirname(dirname(execPath)), 'include', 'node');
  if (!existsSync(join(folder, 'node_api.h')))
    throw new FailedError(
      `Node's headers are missing (${folder}/node_api.h); run npm ci, which brings a Node with them, or install your system's (apt install libnode-dev).`,
    );
  return folder;
}

/** Makes a folder. @throws FailedError where the disk that holds `folder` has less room than that */
export async function checkRoom(folder: string, gigabytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes)
    throw new FailedError(
      `${folder} is on a disk with ${free.toFixed(1)} GB free, and this takes ${gigabytes} GB; make room, or name a TensorFlow that is installed with --libtensorflow DIR.`,
    );
}
