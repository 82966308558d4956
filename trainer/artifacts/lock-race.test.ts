import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lockRun } from './lock.ts';

const disk = vi.hoisted(() => ({ beforeRemoval: async (): Promise<void> => undefined, links: true }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const watched =
    <A extends unknown[]>(remove: (...parameters: A) => Promise<void>) =>
    async (...parameters: A) => {
      await disk.beforeRemoval();
      await remove(...parameters);
    };
  const link: typeof real.link = async (from, to) => {
    if (!disk.links) throw Object.assign(new Error('no links here'), { code: 'EPERM' });
    await real.link(from, to);
  };
  return { ...real, link, rename: watched(real.rename), rm: watched(real.rm) };
});

let run: string;
let path: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'inkling-'));
  path = join(run, 'training.lock');
});
afterEach(async () => {
  disk.beforeRemoval = async () => undefined;
  disk.links = true;
  await rm(run, { recursive: true });
});

/** Leaves a dead lock, which another process replaces by its own just before this one removes it. */
async function beOvertaken(): Promise<string> {
  await writeFile(path, 'cut short');
  const other = JSON.stringify({ pid: process.ppid, host: hostname() });
  disk.beforeRemoval = async () => {
    disk.beforeRemoval = async () => undefined;
    await writeFile(path, other);
  };
  return other;
}

it.each([true, false])('leaves the lock of who was quicker in its place, with links: %s', async (links) => {
  disk.links = links;
  const other = await beOvertaken();
  await expect(lockRun(run)).rejects.toThrow('is being trained by another process.');
  expect(await readdir(run)).toEqual(['training.lock']);
  expect(await readFile(path, 'utf8')).toBe(other);
});

it('takes the run where another has just removed the dead lock', async () => {
  await writeFile(path, 'cut short');
  disk.beforeRemoval = async () => {
    disk.beforeRemoval = async () => undefined;
    await rm(path);
  };
  await (await lockRun(run)).release();
  expect(await readdir(run)).toEqual([]);
});

it('appears whole', async () => {
  const seen = new Set<string>();
  for (let again = 0; again < 20; again++) {
    let taken = false;
    const taking = lockRun(run).finally(() => {
      taken = true;
    });
    while (!taken) {
      try {
        seen.add(readFileSync(path, 'utf8'));
      } catch {}
      await setImmediate();
    }
    await (await taking).release();
  }
  for (const text of seen) expect(JSON.parse(text)).toMatchObject({ pid: process.pid });
});

it('is taken on a file system without links too', async () => {
  disk.links = false;
  const lock = await lockRun(run);
  expect(await readdir(run)).toEqual(['training.lock']);
  await lock.release();
  expect(await readdir(run)).toEqual([]);
});
