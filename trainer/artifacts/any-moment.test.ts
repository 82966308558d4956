import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readCheckpoint } from './checkpoint.ts';
import { listRuns } from './reader.ts';
import { detailsOf, findingsOf, recordOf } from './run-fixture.ts';
import { openRun, type RunWriter, scoreRun } from './writer.ts';

// A process that is killed leaves the disk as its last call left it. So what holds after every single change of
// the disk, with each write stopped half-way too, holds whenever the process is killed.
const disk = vi.hoisted(() => ({ afterChange: async (): Promise<void> => undefined }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const watched =
    <A extends unknown[], R>(change: (...parameters: A) => Promise<R>) =>
    async (...parameters: A) => {
      const result = await change(...parameters);
      await disk.afterChange();
      return result;
    };
  const inHalves = (write: (half: Uint8Array) => Promise<unknown>) => async (bytes: Uint8Array) => {
    const middle = bytes.length >> 1;
    for (const half of [bytes.subarray(0, middle), bytes.subarray(middle)]) await watched(write)(half);
  };
  const open = async (path: string, flags: string) => {
    const handle = await real.open(path, flags);
    await disk.afterChange();
    return Object.assign(handle, { writeFile: inHalves((half) => handle.write(half)) });
  };
  return { ...real, open, mkdir: watched(real.mkdir), rename: watched(real.rename), rm: watched(real.rm) };
});

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(async () => {
  disk.afterChange = async () => undefined;
  await rm(artifacts, { recursive: true });
});

const config = detailsOf('toy').config;
const bytesOf = (size: number) => new Uint8Array(size).fill(size);
const publish = (writer: RunWriter, epoch: number, size: number) =>
  writer.publishEpoch({
    ...{ epoch, step: epoch * 10, grid: bytesOf(size), rawGrid: bytesOf(size + 1) },
    model: { json: ' '.repeat(size), weights: bytesOf(size) },
  });
const save = (writer: RunWriter, epoch: number, value: number) =>
  writer.writeCheckpoint({
    ...{ epoch, step: epoch * 10, seconds: 0, config, partial: {} },
    tensors: [{ name: 'a', shape: [2], values: Float32Array.of(value, epoch) }],
  });

it('leaves whole runs on the disk at any moment of their training', async () => {
  const mustHave = { run: false, checkpoint: false };
  let moments = 0;
  disk.afterChange = async () => {
    moments++;
    const listed = await listRuns(artifacts);
    expect(listed.map(({ fault }) => fault)).toEqual(mustHave.run || listed.length > 0 ? [undefined] : []);
    for (const { path, sha256 } of listed[0]?.run?.files ?? [])
      if (listed[0]?.run?.status !== 'running' || path !== 'history.json')
        expect([path, hash('sha256', await readFile(join(artifacts, 'toy', path)), 'hex')]).toEqual([
          path,
          sha256,
        ]);
    if (mustHave.checkpoint) await readCheckpoint(join(artifacts, 'toy'));
  };

  const first = await openRun({ artifacts, details: detailsOf('toy') });
  mustHave.run = true;
  await first.writeReals(bytesOf(5));
  await first.writeReals(bytesOf(6));
  for (const epoch of [1, 2, 3]) {
    await first.record(recordOf(epoch));
    await publish(first, epoch, epoch + 10);
    await save(first, epoch, 1);
    mustHave.checkpoint = true;
  }
  await save(first, 3, 2);
  await publish(first, 3, 50);
  await first.finish('stopped', 'Stopped by Ctrl-C.');
  await scoreRun(artifacts, 'toy', findingsOf(1, { epoch: 3 }));
  await scoreRun(artifacts, 'toy', findingsOf(2, { bytes: 40, epoch: 3 }));

  const second = await openRun({ artifacts, details: detailsOf('toy'), resume: { epoch: 1, step: 10 } });
  await second.record(recordOf(2));
  await publish(second, 2, 40);
  await second.finish('finished', null);
  expect(moments).toBeGreaterThan(150);
});
