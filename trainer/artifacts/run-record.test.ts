import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detailsOf } from './run-fixture.ts';
import { endedRun, epochPaths, fileEntry, newRun, resumedRun, withEpoch, withFiles } from './run-record.ts';
import { type Run, runSchema } from './schema.ts';

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
