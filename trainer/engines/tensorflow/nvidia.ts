import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A GPU, as its driver names it. */
export interface Gpu {
  readonly name: string;
  readonly driver: string;
}

/** @param output what nvidia-smi says, a line a GPU; the first is the one that is used */
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
