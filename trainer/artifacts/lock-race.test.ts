import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lockRun } from './lock.ts';

const disk = vi.hoisted(() => ({ beforeRemoval: async (): Promise<void> => undefined, links: true }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const rm: typeof real.rm = async (...parameters) => {
    await disk.beforeRemoval();
    await real.rm(...parameters);
  };
  const link: typeof real.link = async (from, to) => {
    if (!disk.links) throw Object.assign(new Error('no links here'), { code: 'EPERM' });
    await real.link(from, to);
  };
  return { ...real, link, rm };
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

/** Whether another process gets the lock. */
async function anotherGetsIt(): Promise<boolean> {
  const script = `import { lockRun } from ${JSON.stringify(import.meta.resolve('./lock.ts'))};
    await lockRun(${JSON.stringify(run)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [code] = await once(child, 'exit');
  return code === 0;
}

it.each([true, false])('goes to one of two who find the same dead one, with links: %s', async (links) => {
  disk.links = links;
  await writeFile(path, 'cut short');
  let other: boolean | undefined;
  disk.beforeRemoval = async () => {
    disk.beforeRemoval = async () => undefined;
    other = await anotherGetsIt();
  };
  await lockRun(run);
  expect(other).toBe(false);
  expect(await readdir(run)).toEqual(['training.lock']);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
});

it('is taken though a process died while it took it', async () => {
  await writeFile(join(run, 'training.claim'), 'cut short');
  await lockRun(run);
  expect(await readdir(run)).toEqual(['training.lock']);
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
