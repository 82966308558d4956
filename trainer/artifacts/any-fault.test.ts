import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, vi } from 'vitest';
import { explain } from '../cli/run-command.ts';
import { readCheckpoint } from './checkpoint.ts';
import { listRuns } from './reader.ts';
import { detailsOf, findingsOf, recordOf } from './run-fixture.ts';
import { openRun, scoreRun } from './writer.ts';

// What a full, failing or read-only disk does, at any call that changes it: from that call on, every one fails.
const disk = vi.hoisted(() => ({ calls: 0, failAt: Number.POSITIVE_INFINITY, code: 'ENOSPC' }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const orFail =
    <A extends unknown[], R>(change: (...parameters: A) => Promise<R>) =>
    async (...parameters: A) => {
      disk.calls++;
      if (disk.calls >= disk.failAt) throw Object.assign(new Error(disk.code), { code: disk.code });
      return await change(...parameters);
    };
  const open = async (path: string, flags: string) => {
    const handle = await orFail(real.open)(path, flags);
    // To flush for real takes most of the time, and nothing is powered off here.
    const sync = async () => undefined;
    return Object.assign(handle, { writeFile: orFail(handle.writeFile.bind(handle)), sync: orFail(sync) });
  };
  return {
    ...real,
    open,
    mkdir: orFail(real.mkdir),
    rename: orFail(real.rename),
    rm: orFail(real.rm),
    writeFile: orFail(real.writeFile),
    link: orFail(real.link),
  };
});

const config = detailsOf('toy').config;
const bytesOf = (size: number) => new Uint8Array(size).fill(size);

/** A run's life: made, published, saved, ended, scored, and gone on with. */
async function live(artifacts: string, onSave: () => void): Promise<void> {
  const play = async (from: number, resume?: { epoch: number; step: number }) => {
    const writer = await openRun({ artifacts, details: detailsOf('toy'), resume });
    if (!resume) await writer.writeReals(bytesOf(5));
    for (const epoch of [from, from + 1]) {
      await writer.record(recordOf(epoch));
      await writer.publishEpoch({
        ...{ epoch, step: epoch * 10, grid: bytesOf(epoch + 9), rawGrid: bytesOf(epoch + 10) },
        model: { json: ' '.repeat(epoch + 8), weights: bytesOf(epoch + 8) },
      });
      const tensors = [{ name: 'a', shape: [2], values: Float32Array.of(from, epoch) }];
      await writer.writeCheckpoint({ epoch, step: epoch * 10, seconds: 0, config, partial: {}, tensors });
      onSave();
    }
    await writer.finish('stopped', null);
  };
  await play(1);
  await scoreRun(artifacts, 'toy', findingsOf(1, { epoch: 2 }));
  await play(2, { epoch: 1, step: 10 });
}

const codes = ['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EROFS', 'EMFILE'];
/** Every call fails with one of the codes; with each of them where more is asked for. */
const stride = process.env.INKLING_FUZZ ? 1 : codes.length;

it.each(codes)(
  'a disk that fails with %s at any call leaves whole runs and the last checkpoint, and is told in a sentence',
  async (code) => {
    let faults = 0;
    for (let failAt = 1 + codes.indexOf(code); ; failAt += stride) {
      const artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
      Object.assign(disk, { calls: 0, failAt, code });
      let saved = false;
      const error: unknown = await live(artifacts, () => {
        saved = true;
      }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      disk.failAt = Number.POSITIVE_INFINITY;
      const listed = await listRuns(artifacts);
      expect(listed.map(({ fault }) => fault)).toEqual(saved || listed.length > 0 ? [undefined] : []);
      if (saved) await readCheckpoint(join(artifacts, 'toy'));
      await rm(artifacts, { recursive: true });
      // What is only tidied up may fail unseen.
      if (error !== undefined) {
        expect(explain(error)).toMatch(/^inkling: [A-Z][^\n]*; [^\n]*\.\n$/);
        faults++;
      } else if (disk.calls < failAt) break;
    }
    if (stride === 1) console.log(`${code}: ${faults} faults`);
    expect(faults).toBeGreaterThan(150 / stride);
  },
);
