import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { holderOf, lockRun, refuseInUse } from './lock.ts';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(run, { recursive: true }));

const lock = () => join(run, 'training.lock');
const lockedBy = (pid: number, host = hostname()) => writeFile(lock(), JSON.stringify({ pid, host }));
const silentFor = (seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  return utimes(lock(), then, then);
};
/** A process that lives as long as this test: the one that started it. */
const living = process.ppid;
const dead = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of a run', () => {
  it('is there until it is released', async () => {
    const taken = await lockRun(run);
    expect(await readdir(run)).toEqual(['training.lock']);
    await taken.release();
    expect(await readdir(run)).toEqual([]);
    await taken.release();
  });

  it('keeps others out, and tells them who has it', async () => {
    await lockedBy(living);
    expect(await holderOf(run)).toEqual({ pid: living, host: hostname() });
    await expect(refuseInUse(run)).rejects.toBeInstanceOf(InputError);
    await expect(lockRun(run)).rejects.toThrow(`is being trained by process ${living} on ${hostname()};`);
  });

  it('is worth nothing when its process was killed', async () => {
    await lockedBy(dead());
    await (await lockRun(run)).release();
  });

  it('holds while its process lives, however silent it is, as after Ctrl-Z', async () => {
    await lockedBy(living);
    await silentFor(31);
    await expect(lockRun(run)).rejects.toThrow(`by process ${living} on ${hostname()};`);
  });

  it('is worth nothing when it is from before the machine was started, whoever has its pid', async () => {
    await lockedBy(living);
    await silentFor(uptime() + 60);
    await (await lockRun(run)).release();
  });

  it('keeps others out by the start of its process, until that is killed', async () => {
    const script = `import { lockRun } from ${JSON.stringify(import.meta.resolve('./lock.ts'))};
      await lockRun(${JSON.stringify(run)});
      console.log('locked');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(child.stdout, 'data');
    await expect(lockRun(run)).rejects.toThrow(`by process ${child.pid} on`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await lockRun(run)).release();
  });

  it.runIf(process.platform === 'linux')('is worth nothing when a later process has its pid', async () => {
    await writeFile(lock(), JSON.stringify({ pid: living, host: hostname(), started: '1' }));
    await (await lockRun(run)).release();
  });

  it('is not released by who has lost it', async () => {
    const lost = await lockRun(run);
    await lockedBy(1, 'elsewhere');
    await lost.release();
    expect(await holderOf(run)).toEqual({ pid: 1, host: 'elsewhere' });
  });

  it('is worth nothing when it names this very process, as after a restart of a container', async () => {
    await lockedBy(process.pid);
    await (await lockRun(run)).release();
  });

  it('of another machine holds until it has been silent for half a minute', async () => {
    await lockedBy(dead(), 'elsewhere');
    await expect(lockRun(run)).rejects.toThrow('on elsewhere;');
    await silentFor(31);
    await (await lockRun(run)).release();
  });

  it('of another machine is worth nothing when its time is far ahead', async () => {
    await lockedBy(dead(), 'elsewhere');
    await silentFor(-3600);
    await (await lockRun(run)).release();
  });

  it.skipIf(process.platform === 'win32')(
    'is worth nothing and not waited for when it is no file',
    async () => {
      for (const put of [
        () => execFileSync('mkfifo', [lock()]),
        () => mkdir(lock()),
        () => symlink('/etc/passwd', lock()),
        () => writeFile(lock(), ' '.repeat(5000)),
      ]) {
        await put();
        expect(await holderOf(run)).toBeUndefined();
        await (await lockRun(run)).release();
        expect(await readdir(run)).toEqual([]);
      }
    },
  );

  it('is worth nothing when it was cut short', async () => {
    await writeFile(lock(), '{"pid":');
    await (await lockRun(run)).release();
  });
});
