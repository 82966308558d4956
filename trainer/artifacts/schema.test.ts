import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRun } from './reader.ts';
import recorded from './recorded-run.json' with { type: 'json' };
import { fileEntry, newRun } from './records.ts';
import { detailsOf } from './run-fixture.ts';
import { epochPaths, historySchema, limits, type Run, runNameSchema, runSchema } from './schema.ts';

it('reads a run that an earlier version recorded, as it is', () => {
  const { run, history } = recorded;
  expect(runSchema.parse(run)).toMatchObject(run);
  expect(historySchema.parse(history)).toEqual(history);
});

it('reads a run from before the newer fields of its configuration, which did without them', () => {
  const { gradientPenalty, penaltyAtEnd, penaltyBatch, rateAtEnd, scoreEvery, ...config } =
    recorded.run.config;
  const without = { gradientPenalty: 0, penaltyAtEnd: 1, penaltyBatch: 0, rateAtEnd: 1, scoreEvery: 0 };
  expect(runSchema.parse({ ...recorded.run, config }).config).toMatchObject({ ...config, ...without });
});

/** A run of as many epochs as `train` takes, each with every file that it can have. */
function longestRun(): Run {
  const epochs = Array.from({ length: limits.epochs }, (_, epoch) => {
    const { grid, rawGrid, model } = epochPaths(epoch);
    return { epoch, step: epoch * 60_000, grid, rawGrid, model };
  });
  const paths = epochs.flatMap(({ epoch }) => Object.values(epochPaths(epoch)));
  const files = ['history.json', 'reals.png', 'nearest.png', ...paths].map((path) => ({
    ...fileEntry(path, ''),
    bytes: 60_000,
  }));
  return { ...newRun(detailsOf('long'), new Date(0)), epochs, files };
}

it('reads a run of as many epochs as train takes, with all that it can publish', () => {
  const run = longestRun();
  expect(runSchema.safeParse(run).error).toBeUndefined();
  expect(JSON.stringify(run, null, 2).length).toBeLessThan(limits.bytes['run.json']);
});

const { run, history } = recorded;
const entry = run.files[0]!;
const published = run.epochs[0]!;

it.each<[string, object]>([
  ['grid.rows', { grid: { ...run.grid, rows: 2_000_000_000 } }],
  ['grid.columns', { grid: { ...run.grid, columns: 0 } }],
  ['grid.cell', { grid: { ...run.grid, cell: 1_000_000 } }],
  ['grid.seed', { grid: { ...run.grid, seed: 2 ** 32 } }],
  ['generator.latentSize', { generator: { ...run.generator, latentSize: 1e9 } }],
  ['generator.classes', { generator: { ...run.generator, classes: 1e9 } }],
  ['generator.range', { generator: { ...run.generator, range: [1, 1] } }],
  ['generator.range[0]', { generator: { ...run.generator, range: [-1e308, 1e308] } }],
  ['seconds', { seconds: 1e300 }],
  ['message', { message: 'x'.repeat(1_000_000) }],
  ['recipe', { recipe: 'x'.repeat(1000) }],
  ['engine.device', { engine: { ...run.engine, device: 'x'.repeat(1000) } }],
  ['startedAt', { startedAt: 'yesterday' }],
  ['versions', { versions: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`v${i}`, '1'])) }],
  ['metrics.fcd', { metrics: { fcd: 1e308 } }],
  ['epochs', { epochs: [published, published] }],
  ['epochs[0].epoch', { epochs: [{ ...published, epoch: 99_999 }] }],
  ['files', { files: [entry, entry] }],
  ['files[0]', { files: [{ ...entry, bytes: 2 ** 40 }] }],
])('refuses a record with an absurd %s', (place, change) => {
  const { error } = runSchema.safeParse({ ...run, ...change });
  expect(error?.issues.map(({ path }) => path.join('.').replace(/\.(\d+)/g, '[$1]'))).toContain(place);
});

it.each<[string, object]>([
  ['losses beyond what a chart can draw', { epochs: [{ ...history.epochs[0], lossD: -1e308 }] }],
  ['epochs out of their order', { epochs: [{ ...history.epochs[0], epoch: 2 }, history.epochs[0]] }],
  ['columns of several lengths', { steps: { ...history.steps, lossG: [] } }],
  ['a million steps', { steps: { every: 1, step: Array(1e6).fill(1), lossD: [], lossG: [] } }],
])('refuses a history with %s', (_, change) => {
  expect(historySchema.safeParse({ ...history, ...change }).success).toBe(false);
});

it('puts the text of a record on one line, whatever a terminal or a page would make of it', () => {
  const { message, recipe } = runSchema.parse({ ...run, message: 'a\u001b[2J\n\u202eb', recipe: 'mlp\r' });
  expect([message, recipe]).toEqual(['a [2J b', 'mlp ']);
});

it('takes no name for a run that Windows keeps for a device', () => {
  const taken = ['con', 'nul', 'com1', 'lpt9.old', 'aux', 'prn'];
  expect(taken.filter((name) => runNameSchema.safeParse(name).success)).toEqual([]);
  expect(
    ['conditional', 'null', 'com', 'console'].filter((name) => !runNameSchema.safeParse(name).success),
  ).toEqual([]);
});

it('does not read a file that is larger than any of its name', async () => {
  const artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  const directory = join(artifacts, 'toy');
  await mkdir(directory);
  await writeFile(join(directory, 'run.json'), '{}');
  // A hole takes no room on most disks.
  await truncate(join(directory, 'run.json'), limits.bytes['run.json'] + 1);
  await expect(readRun(directory)).rejects.toThrow('Inkling writes at most 33554432 there.');
  await rm(artifacts, { recursive: true });
});
