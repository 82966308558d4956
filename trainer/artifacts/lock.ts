import { constants, copyFile, link, lstat, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { isMissing, readOwn, temporaryPath } from '../disk/files.ts';
import { FailedError, InputError } from '../errors.ts';

/** Milliseconds between two signs of life of a lock's holder, and of silence after which it counts as dead. */
const [beat, silence] = [5_000, 30_000];
/** Milliseconds by which another host's clock may be ahead. */
const ahead = 600_000;

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process started, as `startOf` tells it. */
  started: z.string().optional(),
});

/** The process that trains a run. */
export type Holder = z.infer<typeof holderSchema>;

/** That no other process may train the run. */
export interface RunLock {
  /** @throws FailedError where the run's folder is not the one that was locked, or another process has taken it over */
  check(): Promise<void>;
  /** Removes the lock, unless another host gave this one up meanwhile and has its own in place. */
  release(): Promise<void>;
}

const lockPath = (directory: string) => join(directory, 'training.lock');

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process may not be signalled, but is there.
    return codeOf(error) === 'EPERM';
  }
}

/** When a process started, in ticks since the boot; undefined where the system has no /proc that tells it. */
async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 22; the second, in brackets, is the program's name and may hold anything.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

async function isAtWork({ pid, host, started }: Holder, touched: number): Promise<boolean> {
  const silent = Date.now() - touched;
  // Clocks of hosts differ by minutes; a time further ahead is no sign of life.
  if (host !== hostname()) return silent <= silence && silent > -ahead;
  if (pid === process.pid || !isAlive(pid)) return false;
  // The pid of a dead process is given to another in time, and soon after a boot.
  const start = await startOf(pid);
  return started && start ? started === start : touched >= Date.now() - uptime() * 1000;
}

/** A lock as it was found. */
interface Found {
  readonly text: string;
  /** Undefined where the lock is worth nothing: its process is dead, or it was cut short. */
  readonly holder: Holder | undefined;
}

async function readLock(path: string): Promise<Found | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return undefined;
  // A pipe, a link or a folder in its place is worth nothing, and is not waited for.
  const text = await readOwn(dirname(path), basename(path), { atMost: 4096 }).then(String, () => '');
  const holder = parseHolder(text);
  return { text, holder: holder && (await isAtWork(holder, found.mtimeMs)) ? holder : undefined };
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * The process that trains the run in `directory`; undefined when none does. A process that was killed leaves
 * its lock behind. One of this machine is looked up, so that it keeps its lock while it is held up, as by Ctrl-Z;
 * one of another is given up after half a minute without a sign of life. A lock of this very process is one of
 * an earlier life, as in containers.
 */
export async function holderOf(directory: string): Promise<Holder | undefined> {
  return (await readLock(lockPath(directory)))?.holder;
}

const inUse = (directory: string, { pid, host }: Holder) =>
  new InputError(
    `${basename(directory)} is being trained by process ${pid} on ${host}; wait for it, or stop it first.`,
  );

/** @throws InputError when another process trains the run */
export async function refuseInUse(directory: string): Promise<void> {
  const holder = await holderOf(directory);
  if (holder) throw inUse(directory, holder);
}

/** Gives a whole file a second name. @throws Error with the code EEXIST where the name is taken */
async function addName(file: string, path: string): Promise<void> {
  await link(file, path).catch(async (error: unknown) => {
    if (codeOf(error) === 'EEXIST') throw error;
    // File systems without links, such as exFAT, have it whole a moment after it is there.
    await copyFile(file, path, constants.COPYFILE_EXCL);
  });
}

/**
 * Gives a lock its name, in place of a dead one.
 *
 * @throws InputError where a living one has it
 */
async function putLock(file: string, path: string): Promise<void> {
  const directory = dirname(path);
  const found = await readLock(path);
  if (found?.holder) throw inUse(directory, found.holder);
  if (found) await rm(path, { force: true, recursive: true });
  await addName(file, path).catch((error: unknown) => {
    // Who got the lock first may have swept the file away as well.
    const late = codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT';
    throw late ? new InputError(`${basename(directory)} is being trained by another process.`) : error;
  });
}

/**
 * Takes the run in `directory` for this process until the lock is released. The lock appears whole, and of
 * processes that try at once one gets it.
 *
 * @throws InputError when another process trains it
 */
export async function lockRun(directory: string): Promise<RunLock> {
  await refuseInUse(directory);
  const path = lockPath(directory);
  const claim = join(directory, 'training.claim');
  const holder: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
  const own = `${JSON.stringify(holder)}\n`;
  const temporary = temporaryPath(path);
  try {
    await writeFile(temporary, own, { flag: 'wx' });
    // Of two who find the same dead lock, the later would remove the lock of the earlier: only one may look.
    await putLock(temporary, claim);
    await putLock(temporary, path).finally(() => rm(claim, { force: true }));
  } finally {
    await rm(temporary, { force: true });
  }
  const live = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), beat);
  live.unref();
  return {
    async check() {
      const text = await readOwn(directory, basename(path), { atMost: 4096 }).then(String, (error) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (text !== own)
        throw new FailedError(
          `The folder of ${basename(directory)} was moved, removed or replaced while it was trained, or its ${basename(path)} was; what was saved last is where it went: put that back, then go on with --resume.`,
        );
    },
    async release() {
      clearInterval(live);
      if ((await readLock(path))?.text === own) await rm(path, { force: true });
    },
  };
}
