import { expect, test } from 'vitest';
import { configOf, recordOf } from '../../trainer/artifacts/run-fixture.ts';
import { type History, historySchema, type Run, runSchema } from '../../trainer/artifacts/schema.ts';
import { syntheticRun } from './synthetic-run.ts';

const file = (path: string) => ({ path, bytes: 3, sha256: 'a'.repeat(64) });
const network = { layers: [], parameters: 0, macs: 0 };
const run: Run = {
  schemaVersion: 1,
  name: 'source',
  recipe: 'mlp',
  status: 'stopped',
  message: 'Stopped.',
  startedAt: '2026-11-22T04:00:00.000Z',
  endedAt: null,
  seconds: 5,
  config: configOf({ recipe: 'mlp', epochs: 9, modelEvery: 2 }),
  origins: {},
  engine: { requested: 'auto', used: 'eager', provider: 'cpu', device: 'a device', threads: 1 },
  versions: {},
  data: { name: 'mnist', train: 1, test: 1, heldOut: 0, sha256: 'b'.repeat(64) },
  networks: { generator: network, discriminator: network },
  generator: { latentSize: 64, classes: 0, range: [-1, 1], ema: false },
  grid: { seed: 1, rows: 1, columns: 1, cell: 28 },
  epochs: [
    { epoch: 0, step: 0, grid: 'epochs/0000.png', model: 'models/0000/model.json' },
    { epoch: 1, step: 10, grid: 'epochs/0001.png', model: null },
  ],
  metrics: null,
  evaluation: null,
  files: [
    'reals.png',
    'epochs/0000.png',
    'epochs/0001.png',
    'models/0000/model.json',
    'models/0000/weights.bin',
  ].map(file),
};
const history: History = {
  schemaVersion: 1,
  epochs: [recordOf(1)],
  steps: { every: 5, step: [5, 10], lossD: [1, 1], lossG: [1, 1] },
};
const copy = syntheticRun({ run, history }, { index: 7, epochs: 5 });

test('a copy is valid by the schema and has a name of its own', () => {
  expect(runSchema.parse(copy.run).name).toBe('copy-007');
  expect(historySchema.parse(copy.history).epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
    [5, 50],
  ]);
});

test('every epoch has its grid, and a model where the source’s has one', () => {
  expect(copy.run.epochs).toHaveLength(6);
  expect(copy.run.epochs[2]).toEqual({
    epoch: 2,
    step: 20,
    grid: 'epochs/0002.png',
    model: 'models/0002/model.json',
  });
  expect(copy.run.epochs[3]?.model).toBeNull();
});

test('every file of the copy is listed with the bytes and checksum of the source’s file', () => {
  expect(copy.files).toContainEqual({ from: 'models/0000/weights.bin', to: 'models/0004/weights.bin' });
  expect(copy.files).toContainEqual({ from: 'reals.png', to: 'reals.png' });
  expect(copy.run.files).toEqual(copy.files.map(({ to }) => file(to)));
});

test('the steps are stretched over the longer run', () => {
  expect(copy.history.steps).toMatchObject({ every: 25, step: [25, 50] });
});
