import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endedRun,
  fileEntry,
  historyUpTo,
  newHistory,
  newRun,
  recordedSeconds,
  resumedRun,
  type StepSeries,
  withEpoch,
  withFiles,
  withRecord,
  withStep,
} from './records.ts';
import { detailsOf, recordOf } from './run-fixture.ts';
import { epochPaths, historySchema, type Run, runSchema } from './schema.ts';

const start = new Date('2030-01-02T03:04:05Z');
const begun = newRun(detailsOf('toy'), start);

function published(run: Run, epoch: number, { model = true } = {}): Run {
  const paths = epochPaths(epoch);
  const names = model ? [paths.grid, paths.model, paths.weights] : [paths.grid];
  return withEpoch(run, { epoch, step: epoch * 10, files: names.map((path) => fileEntry(path, path)) });
}

describe('a run record', () => {
  it('begins as a valid running one', () => {
    expect(runSchema.parse(begun)).toMatchObject({
      status: 'running',
      startedAt: '2030-01-02T03:04:05.000Z',
    });
  });

  it('names the folders of epochs with four digits or more', () => {
    expect(epochPaths(7)).toEqual({
      ...{ grid: 'epochs/0007.png', rawGrid: 'epochs/0007-raw.png' },
      ...{ model: 'models/0007/model.json', weights: 'models/0007/weights.bin' },
    });
    expect(epochPaths(12_345).grid).toBe('epochs/12345.png');
  });

  it('lists files in order of path, each once, with bytes and SHA-256', () => {
    const run = withFiles(withFiles(begun, [fileEntry('b', 'old'), fileEntry('c', 'é')]), [
      fileEntry('b', 'new!'),
      fileEntry('a', Uint8Array.of()),
    ]);
    expect(run.files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['a', 0],
      ['b', 4],
      ['c', 2],
    ]);
    expect(run.files[0]?.sha256).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('keeps epochs in order, with null for an epoch without a generator', () => {
    const run = published(published(begun, 2, { model: false }), 0);
    expect(run.epochs).toEqual([
      { epoch: 0, step: 0, grid: 'epochs/0000.png', model: 'models/0000/model.json' },
      { epoch: 2, step: 20, grid: 'epochs/0002.png', model: null },
    ]);
    expect(runSchema.parse(run)).toEqual(run);
  });

  it('forgets the generator of an epoch published again without one', () => {
    const run = published(published(begun, 1), 1, { model: false });
    expect(run.epochs).toEqual([{ epoch: 1, step: 10, grid: 'epochs/0001.png', model: null }]);
    expect(run.files.map(({ path }) => path)).toEqual(['epochs/0001.png']);
  });

  it('goes on from a point without what came after it, and with the new settings', () => {
    const ended = endedRun(published(published(published(begun, 0), 1), 2), {
      ...{ status: 'stopped', message: 'Stopped by Ctrl-C.', endedAt: start },
    });
    const details = detailsOf('toy', { config: { ...begun.config, epochs: 9 }, recipe: 'another' });
    const run = resumedRun({ ...ended, metrics: { kid: 1 } }, details, { epoch: 1, step: 14 });
    expect(run).toMatchObject({
      status: 'running',
      message: null,
      endedAt: null,
      metrics: null,
      recipe: 'toy',
    });
    expect(run.config.epochs).toBe(9);
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(run.files.map(({ path }) => path).filter((path) => path.includes('0002'))).toEqual([]);
    expect(run.files).toHaveLength(6);
  });

  it('keeps to itself where the home lies, and a message to one line of some length', () => {
    const long = `Stopped by an error: \u001b[31mno space, write '${join(homedir(), 'runs/a')}'\n${'x'.repeat(5000)}`;
    const { message } = endedRun(begun, { status: 'stopped', message: long, endedAt: start });
    expect(message).toContain(`Stopped by an error:  [31mno space, write '${join('~', 'runs/a')}' xxx`);
    expect(message).toHaveLength(2000);
  });
});

describe('a history', () => {
  it('begins as a valid empty one', () => {
    expect(historySchema.parse(newHistory())).toEqual(newHistory());
  });

  it('keeps one record an epoch, in order, the last given', () => {
    const again = { ...recordOf(1), seconds: 5 };
    const history = [recordOf(2), recordOf(1), again].reduce(withRecord, newHistory());
    expect(history.epochs).toEqual([again, recordOf(2)]);
    expect(recordedSeconds(history)).toBe(7);
  });

  it('goes back to a checkpoint', () => {
    const steps = { every: 2, step: [10, 12, 14], lossD: [1, 2, 3], lossG: [4, 5, 6] };
    const history = withRecord(withRecord({ ...newHistory(), steps }, recordOf(1)), recordOf(2));
    expect(historyUpTo(history, { epoch: 1, step: 13 })).toMatchObject({
      epochs: [recordOf(1)],
      steps: { every: 2, step: [10, 12], lossD: [1, 2], lossG: [4, 5] },
    });
  });
});

const empty: StepSeries = { every: 1, step: [], lossD: [], lossG: [] };
const stepOf = (step: number) => ({ step, lossD: step / 2, lossG: -step });

function seriesOf(last: number, { from = empty, maximum = 2000 } = {}): StepSeries {
  let series = from;
  for (let step = (from.step.at(-1) ?? 0) + 1; step <= last; step++)
    series = withStep(series, stepOf(step), { maximum });
  return series;
}

describe('withStep', () => {
  it('keeps every step while there is room', () => {
    expect(seriesOf(3)).toEqual({
      ...{ every: 1, step: [1, 2, 3] },
      ...{ lossD: [0.5, 1, 1.5], lossG: [-1, -2, -3] },
    });
  });

  it('keeps every second step of twice as many', () => {
    expect(seriesOf(8, { maximum: 4 })).toMatchObject({ every: 2, step: [2, 4, 6, 8] });
  });

  it('leaves out a loss that is not a number', () => {
    expect(withStep(seriesOf(1), { step: 2, lossD: Number.NaN, lossG: 0 })).toEqual(seriesOf(1));
  });

  it('keeps exactly the multiples of the smallest power of two that leaves room, whatever the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 20 }), (last, maximum) => {
        const { every, step, lossD, lossG } = seriesOf(last, { maximum });
        expect(Number.isInteger(Math.log2(every))).toBe(true);
        expect(step).toEqual(Array.from({ length: Math.floor(last / every) }, (_, i) => (i + 1) * every));
        expect(step.length).toBeLessThanOrEqual(maximum);
        if (every > 1) expect(Math.floor(last / (every / 2))).toBeGreaterThan(maximum);
        expect(lossD).toEqual(step.map((at) => at / 2));
        expect(lossG).toEqual(step.map((at) => -at));
      }),
    );
  });
});

describe('the series of a history that goes back', () => {
  it('lets a resumed run end with the series of an unbroken one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 20 }),
        (points, maximum) => {
          const [checkpoint, killed, end] = points.toSorted((a, b) => a - b) as [number, number, number];
          const steps = seriesOf(killed, { maximum });
          let series = historyUpTo({ ...newHistory(), steps }, { epoch: 0, step: checkpoint }).steps;
          for (let step = checkpoint + 1; step <= end; step++)
            series = withStep(series, stepOf(step), { maximum });
          expect(series).toEqual(seriesOf(end, { maximum }));
        },
      ),
    );
  });
});
