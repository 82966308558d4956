import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
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

const lockedBy = (pid: number, host = hostname()) =>
  writeFile(join(run, 'training.lock'), JSON.stringify({ pid, host }));
/** A process that lives as long as this test: the one that started it. */
const living = process.ppid;
const dead = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of a run', () => {
  it('is there until it is released', async () => {
    const lock = await lockRun(run);
    expect(await readdir(run)).toEqual(['training.lock']);
    await lock.release();
    expect(await readdir(run)).toEqual([]);
    await lock.release();
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

  it('is worth nothing when it names this very process, as after a restart of a container', async () => {
    await lockedBy(process.pid);
    await (await lockRun(run)).release();
  });

  it('of another machine holds until it has been silent for half a minute', async () => {
    await lockedBy(dead(), 'elsewhere');
    await expect(lockRun(run)).rejects.toThrow('on elsewhere;');
    const longAgo = new Date(Date.now() - 31_000);
    await utimes(join(run, 'training.lock'), longAgo, longAgo);
    await (await lockRun(run)).release();
  });

  it('is worth nothing when it was cut short', async () => {
    await writeFile(join(run, 'training.lock'), '{"pid":');
    await (await lockRun(run)).release();
  });
});
