import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { InputError } from '../errors.ts';

/** Milliseconds between two signs of life of a lock's holder, and of silence after which it counts as dead. */
const [beat, silence] = [5_000, 30_000];

const holderSchema = z.object({ pid: z.int().positive(), host: z.string() });

/** The process that trains a run. */
export type Holder = z.infer<typeof holderSchema>;

/** That no other process may train the run. */
export interface RunLock {
  release(): Promise<void>;
}

const lockPath = (directory: string) => join(directory, 'training.lock');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process may not be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * The process that trains the run in `directory`; undefined when none does. A process that was killed leaves
 * its lock behind: one of this machine is looked up, and one of another is given up after half a minute
 * without a sign of life. A lock of this very process is one of an earlier life, as in containers.
 */
export async function holderOf(directory: string): Promise<Holder | undefined> {
  const path = lockPath(directory);
  const found = await stat(path).catch(() => undefined);
  if (!found || Date.now() - found.mtimeMs > silence) return undefined;
  try {
    const holder = holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const here = holder.host === hostname();
    return here && (holder.pid === process.pid || !isAlive(holder.pid)) ? undefined : holder;
  } catch {
    return undefined;
  }
}

/** @throws InputError when another process trains the run */
export async function refuseInUse(directory: string): Promise<void> {
  const holder = await holderOf(directory);
  if (holder)
    throw new InputError(
      `${basename(directory)} is being trained by process ${holder.pid} on ${holder.host}; wait for it, or stop it first.`,
    );
}

/**
 * Takes the run in `directory` for this process until the lock is released.
 *
 * @throws InputError when another process trains it
 */
export async function lockRun(directory: string): Promise<RunLock> {
  await refuseInUse(directory);
  const path = lockPath(directory);
  await rm(path, { force: true });
  const file = await open(path, 'wx').catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw taken ? new InputError(`${basename(directory)} is being trained by another process.`) : error;
  });
  const holder: Holder = { pid: process.pid, host: hostname() };
  await file.writeFile(Buffer.from(`${JSON.stringify(holder)}\n`));
  await file.close();
  const live = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), beat);
  live.unref();
  return {
    async release() {
      clearInterval(live);
      await rm(path, { force: true });
    },
  };
}
