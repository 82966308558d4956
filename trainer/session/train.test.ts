import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns, readHistory, readRun } from '../artifacts/reader.ts';
import { tinySpectral } from '../gan/tiny-fixture.ts';
import { toy } from '../gan/toy-fixture.ts';
import { epochMetrics } from '../metrics/names.ts';
import type { Overrides, Recipe } from '../recipes/recipe.ts';
import { computedBy, tinyName, trainTiny } from './train-fixture.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  folders.push(folder);
  return folder;
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

/** Every run is valid for a reader, whatever happened to it. */
async function expectValid(artifacts: string, status: string): Promise<void> {
  expect(await listRuns(artifacts)).toMatchObject([{ run: { status } }]);
}

/** Trains without a break, and gives what that computed. */
async function trainUnbroken(recipe: Recipe, chosen: Overrides) {
  const artifacts = await newFolder();
  const end = await trainTiny({ artifacts, recipe, chosen });
  expect(end).toMatchObject({ status: 'finished', epochs: 3, step: 36, message: null });
  await expectValid(artifacts, 'finished');
  return await computedBy(artifacts);
}

// 200 digits in batches of 16: 12 steps an epoch.
const everything = { recipe: toy, chosen: { emaDecay: 0.9, dropout: 0.2, rotation: 15, beta1: 0 } };
const falling = { gradientPenalty: 1, penaltyBatch: 8, penaltyAtEnd: 0.1, rateAtEnd: 0.1 };
const cases = [
  ['a GAN with spectral norms, a penalty and rates that fall', { recipe: tinySpectral, chosen: falling }],
  ['a GAN with classes, batch norm, dropout, rotation and averages', everything],
] as const;

describe.each(cases)('a stopped run of %s', (_, { recipe, chosen }) => {
  let unbroken: Awaited<ReturnType<typeof computedBy>>;
  beforeAll(async () => {
    unbroken = await trainUnbroken(recipe, chosen);
  });

  it.each([
    ['in the middle of an epoch', 17],
    ["at an epoch's end", 24],
  ])('ends as the unbroken one, bit for bit, when it was stopped %s', async (_, stopAfter) => {
    const artifacts = await newFolder();
    const stopped = await trainTiny({ artifacts, recipe, chosen, stopAfter });
    expect(stopped).toMatchObject({ status: 'stopped', step: stopAfter, epochs: Math.floor(stopAfter / 12) });
    expect(stopped.message).toBe(`Stopped by the user after step ${stopAfter} of 36.`);
    await expectValid(artifacts, 'stopped');
    await trainTiny({ artifacts, recipe, chosen, resume: true });
    await expectValid(artifacts, 'finished');
    expect(await computedBy(artifacts)).toEqual(unbroken);
  });
});

describe('a run that goes on', () => {
  const { recipe, chosen } = everything;
  let unbroken: Awaited<ReturnType<typeof computedBy>>;
  beforeAll(async () => {
    unbroken = await trainUnbroken(recipe, chosen);
  });

  it('ends as the unbroken one when it was stopped again and again', async () => {
    const artifacts = await newFolder();
    for (const stopAfter of [1, 12, 13, 30])
      await trainTiny({ artifacts, recipe, chosen, stopAfter, resume: stopAfter > 1 });
    await trainTiny({ artifacts, recipe, chosen, resume: true });
    expect(await computedBy(artifacts)).toEqual(unbroken);
  });

  it('ends as the unbroken one when it was first trained for fewer epochs', async () => {
    const artifacts = await newFolder();
    await trainTiny({ artifacts, recipe, chosen: { ...chosen, epochs: 1 } });
    await trainTiny({ artifacts, recipe, chosen, resume: true });
    expect(await computedBy(artifacts)).toEqual(unbroken);
  });

  it('ends as the unbroken one when an error ended it before its first epoch did', async () => {
    const artifacts = await newFolder();
    const onStep = ({ step }: { step: number }) => {
      if (step === 3) throw new Error('the power went');
    };
    await expect(trainTiny({ artifacts, recipe, chosen, onStep })).rejects.toThrow('the power went');
    expect(await listRuns(artifacts)).toMatchObject([
      { run: { status: 'stopped', message: 'Stopped by an error: the power went' } },
    ]);
    await trainTiny({ artifacts, recipe, chosen, resume: true });
    expect(await computedBy(artifacts)).toEqual(unbroken);
  });
});

it('scores a run of all digits, and holds 2,000 of them out', async () => {
  const artifacts = await newFolder();
  await trainTiny({ artifacts, recipe: toy, chosen: { limit: 0, batch: 20_000, epochs: 1, scoreEvery: 1 } });
  expect((await readRun(join(artifacts, tinyName))).data).toMatchObject({ train: 60_000, heldOut: 2000 });
  const { epochs } = await readHistory(join(artifacts, tinyName));
  // Three batches of all 60,000 digits, and two of those that are left.
  expect(epochs.map(({ step }) => step)).toEqual([2]);
  expect(Object.keys(epochs[0]?.metrics ?? {})).toEqual(Object.keys(epochMetrics));
}, 60_000);
