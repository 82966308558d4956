import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailedError, InputError } from '../errors.ts';
import { readCheckpoint } from './checkpoint.ts';
import { listRuns, readHistory, readRun } from './reader.ts';
import { detailsOf, findingsOf, recordOf } from './run-fixture.ts';
import { freeRunName, openRun, type RunWriter, scoreRun } from './writer.ts';

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

const png = (...bytes: number[]) => Uint8Array.of(137, 80, 78, 71, ...bytes);
const model = { json: '{"format":"layers-model"}\n', weights: Uint8Array.of(1, 2, 3, 4) };
const checkpointAt = (epoch: number, step: number) => ({
  ...{ epoch, step, seconds: 1, config: detailsOf('toy').config, partial: {} },
  tensors: [{ name: 'a', shape: [1], values: Float32Array.of(step) }],
});
const open = (name: string, options = {}) => openRun({ artifacts, details: detailsOf(name), ...options });

async function trainEpochs(writer: RunWriter, epochs: number[]): Promise<void> {
  for (const epoch of epochs) {
    for (let step = epoch * 10 - 9; step <= epoch * 10; step++)
      writer.recordStep({ step, lossD: epoch, lossG: step });
    await writer.record(recordOf(epoch));
    await writer.publishEpoch({ epoch, step: epoch * 10, grid: png(epoch), model });
    await writer.writeCheckpoint(checkpointAt(epoch, epoch * 10));
  }
}

describe('a new run', () => {
  it('can be read from its first moment', async () => {
    const writer = await open('toy');
    // A lock of this very process is one of an earlier life, so that to itself the run is cut off.
    expect(await listRuns(artifacts)).toEqual([
      {
        name: 'toy',
        run: await readRun(writer.directory),
        history: await readHistory(writer.directory),
        status: 'cut off',
      },
    ]);
    expect(writer.run()).toMatchObject({ status: 'running', epochs: [], seconds: 0 });
  });

  it('refuses a name that is taken and says what to do', async () => {
    await open('toy');
    const second = open('toy');
    await expect(second).rejects.toBeInstanceOf(InputError);
    await expect(second).rejects.toThrow(/The run toy exists already; name this one with --name.*--resume/);
    expect((await readdir(artifacts)).sort()).toEqual(['toy']);
  });

  it('lets one of two that start at once have the name', async () => {
    const resolved = await Promise.allSettled([open('toy'), open('toy')]);
    expect(resolved.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await listRuns(artifacts)).toMatchObject([{ name: 'toy', run: { status: 'running' } }]);
  });

  it('refuses a name that cannot be a folder in a URL', async () => {
    for (const name of ['../toy', 'Toy', 'a/b', '', '-a'])
      await expect(open(name)).rejects.toThrow(InputError);
    expect(await readdir(artifacts)).toEqual([]);
  });

  it('takes the first free name of its recipe', async () => {
    expect(await freeRunName(join(artifacts, 'none'), 'toy')).toBe('toy');
    await open('toy');
    expect(await freeRunName(artifacts, 'toy')).toBe('toy-2');
    await mkdir(join(artifacts, 'toy-2'));
    expect(await freeRunName(artifacts, 'toy')).toBe('toy-3');
  });
});

describe('a run under way', () => {
  it('lists every file with its bytes and SHA-256, and nothing of the checkpoint', async () => {
    const writer = await open('toy');
    await writer.writeReals(png(9));
    await writer.publishEpoch({ epoch: 0, step: 0, grid: png(0), model });
    await trainEpochs(writer, [1]);
    const run = await readRun(writer.directory);
    expect(run).toEqual(writer.run());
    expect(run.files.map(({ path }) => path)).toEqual([
      'epochs/0000.png',
      'epochs/0001.png',
      'history.json',
      'models/0000/model.json',
      'models/0000/weights.bin',
      'models/0001/model.json',
      'models/0001/weights.bin',
      'reals.png',
    ]);
    for (const { path, bytes, sha256 } of run.files) {
      const contents = await readFile(join(writer.directory, path));
      expect([bytes, sha256]).toEqual([contents.length, createHash('sha256').update(contents).digest('hex')]);
    }
    expect(await readCheckpoint(writer.directory)).toEqual(checkpointAt(1, 10));
  });

  it('writes the epochs, the steps and the seconds down', async () => {
    const writer = await open('toy');
    await trainEpochs(writer, [1, 2]);
    const history = await readHistory(writer.directory);
    expect(history.epochs).toEqual([recordOf(1), recordOf(2)]);
    expect(history.steps.step).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(history).toEqual(writer.history());
    expect((await readRun(writer.directory)).seconds).toBe(4);
  });

  it('keeps its calls in order when they are not awaited', async () => {
    const writer = await open('toy');
    await Promise.all([
      trainEpochs(writer, [1]),
      writer.publishEpoch({ epoch: 2, step: 20, grid: png(2) }),
      writer.publishEpoch({ epoch: 3, step: 30, grid: png(3) }),
    ]);
    expect((await listRuns(artifacts))[0]?.run?.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it('lists the grid of the raw weights with its epoch', async () => {
    const writer = await open('toy');
    await writer.publishEpoch({ epoch: 1, step: 10, grid: png(1), rawGrid: png(2), model });
    const { epochs, files } = await readRun(writer.directory);
    expect(epochs).toMatchObject([{ grid: 'epochs/0001.png', rawGrid: 'epochs/0001-raw.png' }]);
    expect(files.map(({ path }) => path)).toContain('epochs/0001-raw.png');
    await writer.publishEpoch({ epoch: 1, step: 10, grid: png(1), model });
    expect((await readRun(writer.directory)).epochs[0]).not.toHaveProperty('rawGrid');
  });

  it('takes an epoch off its record before it replaces the files', async () => {
    const writer = await open('toy');
    await writer.publishEpoch({ epoch: 1, step: 10, grid: png(1), model });
    await writer.publishEpoch({ epoch: 1, step: 10, grid: png(1, 1) });
    expect((await listRuns(artifacts))[0]?.run?.epochs).toMatchObject([{ epoch: 1, model: null }]);
  });

  it('refuses a record that no reader could read, and goes on after', async () => {
    const writer = await open('toy');
    await expect(writer.record({ ...recordOf(1), lossG: Number.NaN })).rejects.toThrow(
      /history\.json cannot be written: epochs\[0\]\.lossG/,
    );
    await writer.record(recordOf(1));
    expect((await listRuns(artifacts))[0]?.history?.epochs).toEqual([recordOf(1)]);
  });
});

describe('a run that ends', () => {
  it('says when, how and why', async () => {
    let minute = 0;
    const writer = await open('toy', { now: () => new Date(Date.UTC(2030, 0, 1, 0, minute++)) });
    writer.recordStep({ step: 1, lossD: 1, lossG: 1 });
    await writer.finish('diverged', 'The loss is not a number; lower the learning rate.', 12.5);
    const [listed] = await listRuns(artifacts);
    expect(listed?.run).toMatchObject({
      status: 'diverged',
      message: 'The loss is not a number; lower the learning rate.',
      startedAt: '2030-01-01T00:00:00.000Z',
      endedAt: '2030-01-01T00:01:00.000Z',
      seconds: 12.5,
    });
    expect(listed?.history?.steps.step).toEqual([1]);
  });

  it('takes nothing more', async () => {
    const writer = await open('toy');
    await writer.finish('finished', null);
    await expect(writer.record(recordOf(1))).rejects.toThrow('The run toy is finished');
  });
});

describe('a resumed run', () => {
  const resume = { epoch: 1, step: 10 };

  it('goes back to its checkpoint and ends as an unbroken one', async () => {
    const unbroken = await open('unbroken');
    await trainEpochs(unbroken, [1, 2, 3]);
    await trainEpochs(await open('toy'), [1, 2]);
    const writer = await open('toy', { resume });
    expect((await listRuns(artifacts)).find(({ name }) => name === 'toy')).toMatchObject({
      run: { status: 'running', epochs: [{ epoch: 1 }], seconds: 2 },
      history: { epochs: [recordOf(1)] },
    });
    expect(await readdir(join(writer.directory, 'epochs'))).toEqual(['0001.png']);
    await trainEpochs(writer, [2, 3]);
    expect(writer.run().files).toEqual(unbroken.run().files);
    expect(writer.run().epochs).toEqual(unbroken.run().epochs);
  });

  it('goes on after its end, and keeps its start', async () => {
    const first = await open('toy', { now: () => new Date(0) });
    await trainEpochs(first, [1]);
    await first.finish('stopped', 'Stopped by Ctrl-C.');
    const writer = await open('toy', { resume });
    expect(writer.run()).toMatchObject({ status: 'running', message: null, endedAt: null });
    expect(writer.run().startedAt).toBe(new Date(0).toISOString());
  });

  it('drops its scores, which are those of another generator, and their picture', async () => {
    const first = await open('toy');
    await trainEpochs(first, [1]);
    await first.finish('finished', null);
    await scoreRun(artifacts, 'toy', findingsOf(1.5));
    const { directory } = await open('toy', { resume });
    expect(await readRun(directory)).toMatchObject({ metrics: null, evaluation: null });
    expect((await readRun(directory)).files.map(({ path }) => path)).not.toContain('nearest.png');
    expect(await readdir(directory)).not.toContain('nearest.png');
  });

  it('is swept of what a killed process left', async () => {
    const { directory } = await open('toy');
    const left = [
      ...['.run.json.tmp-0123456789ab', 'checkpoint/.state.json.tmp-0123456789ab'],
      '.checkpoint.safetensors.tmp-0123456789ab',
      ...['epochs/0007.png', 'epochs/.0008.png.tmp-0123456789ab', 'models/0007/weights.bin'],
    ];
    for (const room of ['checkpoint', 'epochs', 'models/0007'])
      await mkdir(join(directory, room), { recursive: true });
    for (const path of left) await writeFile(join(directory, path), 'par');
    await writeFile(join(directory, 'notes.txt'), "the user's own");
    await open('toy', { resume });
    const files = await readdir(directory, { recursive: true });
    expect(files.sort()).toEqual(
      [
        ...['checkpoint', 'epochs', 'history.json', 'models', 'models/0007', 'notes.txt', 'run.json'],
        'training.lock',
      ].map((path) => join(path)),
    );
  });

  it('is refused when it is not there', async () => {
    await expect(open('toy', { resume })).rejects.toThrow(InputError);
  });
});

describe('the folder of runs', () => {
  it('is rid of temporaries that were left long ago', async () => {
    const left = join(artifacts, '.toy.tmp-0123456789ab');
    await writeFile(left, 'par');
    await open('first');
    expect(await readdir(artifacts)).toContain('.toy.tmp-0123456789ab');
    const longAgo = new Date(Date.now() - 86_400_000);
    await utimes(left, longAgo, longAgo);
    await open('second');
    expect(await readdir(artifacts)).toEqual(['first', 'second']);
  });

  it('keeps the list of runs that an earlier version made', async () => {
    await writeFile(join(artifacts, 'index.json'), '{}');
    await (await open('toy')).finish('finished', null);
    expect(await readFile(join(artifacts, 'index.json'), 'utf8')).toBe('{}');
    expect(await listRuns(artifacts)).toMatchObject([{ name: 'toy', status: 'finished' }]);
  });
});

it('never makes a folder anew under the name of one that was moved away', async () => {
  const writer = await open('toy');
  await trainEpochs(writer, [1]);
  await rename(writer.directory, join(artifacts, 'moved'));
  await expect(trainEpochs(writer, [2])).rejects.toThrow(/The folder of toy was moved/);
  await expect(writer.finish('stopped', null)).rejects.toBeInstanceOf(FailedError);
  expect(await readdir(artifacts)).toEqual(['moved']);
  expect(await readCheckpoint(join(artifacts, 'moved'))).toMatchObject({ step: 10 });
});

it('writes nothing into another run that was put in the place of its own', async () => {
  const writer = await open('toy');
  await trainEpochs(writer, [1]);
  await rename(writer.directory, join(artifacts, 'moved'));
  await mkdir(writer.directory);
  await writeFile(join(writer.directory, 'run.json'), 'of another run');
  await expect(trainEpochs(writer, [2])).rejects.toThrow(/moved, removed or replaced/);
  await expect(writer.finish('stopped', null)).rejects.toBeInstanceOf(FailedError);
  expect(await readdir(writer.directory)).toEqual(['run.json']);
  expect(await readFile(join(writer.directory, 'run.json'), 'utf8')).toBe('of another run');
});

it('gives three that start at once under a free name a name each', async () => {
  const writers = await Promise.all([1, 2, 3].map(() => open('toy', { renames: true })));
  expect(writers.map((writer) => writer.run().name).sort()).toEqual(['toy', 'toy-2', 'toy-3']);
  expect(await readdir(artifacts)).toEqual(['toy', 'toy-2', 'toy-3']);
  for (const writer of writers) await writer.finish('finished', null);
});

/** The run toy, whose epochs from 1 on each have a generator. */
async function finishedRun(epochs: number): Promise<void> {
  const writer = await openRun({ artifacts, details: detailsOf('toy') });
  const model = { json: '{}', weights: Uint8Array.of(1) };
  for (let epoch = 1; epoch <= epochs; epoch++)
    await writer.publishEpoch({ epoch, step: epoch, grid: Uint8Array.of(epoch), model });
  await writer.finish('finished', null);
}

describe('a finished run', () => {
  it('can be scored', async () => {
    await finishedRun(1);
    await scoreRun(artifacts, 'toy', findingsOf(1.5));
    const [scored] = await listRuns(artifacts);
    expect(scored?.run).toMatchObject({
      metrics: { fcd: 1.5 },
      evaluation: { samples: 3, pairs: { picture: 'nearest.png', pairs: [{ index: 2, digit: 7 }] } },
    });
    expect(scored?.run?.files).toContainEqual(expect.objectContaining({ path: 'nearest.png', bytes: 4 }));
    const { files, metrics } = await scoreRun(artifacts, 'toy', findingsOf(1.25, { bytes: 6 }));
    expect(metrics).toEqual({ fcd: 1.25, epoch: 1 });
    expect(files.filter(({ path }) => path === 'nearest.png')).toMatchObject([{ bytes: 6 }]);
  });

  it('keeps the TSTR of its generator when it is scored without', async () => {
    await finishedRun(1);
    const found = findingsOf(1.5);
    await scoreRun(artifacts, 'toy', { ...found, metrics: { ...found.metrics, tstr: 0.97 } });
    expect((await scoreRun(artifacts, 'toy', found)).metrics).toEqual({ fcd: 1.5, epoch: 1, tstr: 0.97 });
  });

  it('is not given the scores of an earlier generator', async () => {
    await finishedRun(2);
    await expect(scoreRun(artifacts, 'toy', findingsOf(1.5))).rejects.toThrow('toy was trained further');
    expect((await listRuns(artifacts))[0]?.run?.metrics).toBeNull();
  });

  it('keeps the scores that it has when others are no numbers', async () => {
    await finishedRun(1);
    await scoreRun(artifacts, 'toy', findingsOf(1.5));
    const before = await listRuns(artifacts);
    await expect(scoreRun(artifacts, 'toy', findingsOf(Number.NaN, { bytes: 6 }))).rejects.toThrow(
      'metrics.fcd',
    );
    expect(await listRuns(artifacts)).toEqual(before);
  });
});
