import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../compile/compiled-fixture.ts';
import { type DigitData, loadDigits } from '../data/digits.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { tinyConfig, toy } from '../gan/toy-fixture.ts';
import { startTraining } from '../gan/training.ts';
import { epochMetrics } from '../metrics/names.ts';
import type { Overrides } from '../recipes/recipe.ts';
import { createEpochScorer, splitDigits } from './scores.ts';

let engine: Engine;
let data: DigitData;
beforeAll(async () => {
  engine = startEngine(localEngine);
  data = await loadDigits();
});
afterAll(() => engine.dispose());

const start = (chosen: Overrides = {}) =>
  startTraining({ recipe: toy, config: tinyConfig(toy, chosen), digits: data.train, engine });

describe('the scores of an epoch', () => {
  it('are the same for the same weights, and change with training', async () => {
    const training = await start();
    const score = (await createEpochScorer({ engine, training, data }))!;
    const before = await score();
    expect(Object.keys(before)).toEqual(Object.keys(epochMetrics));
    expect(await score()).toEqual(before);
    for await (const _ of training.play({ to: 20 }));
    const after = await score();
    expect(after.fcd2k).not.toBe(before.fcd2k);
    expect(before.fcd2k).toBeGreaterThan(10);
    await training.dispose();
  }, 60_000);

  it.each([
    ['the user wants none', { scoreEvery: 0 }, {}],
    ['a part of the digits is trained on', { limit: 5000 }, {}],
    ['the data is not MNIST', {}, { sha256: 'a'.repeat(64) }],
  ])('are not taken where %s, and nothing is held out', async (_, chosen, other) => {
    const training = await start(chosen);
    const given = { ...data, ...other };
    expect(await createEpochScorer({ engine, training, data: given })).toBeUndefined();
    expect(splitDigits(given, training.gan.config).seen).toBe(given.train);
    await training.dispose();
  });
});

describe('the digits of a run', () => {
  it('are all but 2,000 on every engine, where its epochs are scored', () => {
    for (const engine of ['cpu', 'eager'] as const) {
      const { seen, heldOut } = splitDigits(data, tinyConfig(toy, { engine }));
      expect([seen.count, heldOut.count]).toEqual([58_000, 2000]);
    }
  });

  it('are those that it began with, where it goes on', () => {
    const begun = (heldOut: number) => ({ data: { name: 'mnist', ...some, heldOut } });
    const some = { train: 60_000, test: 10_000, sha256: data.sha256 };
    expect(splitDigits(data, tinyConfig(toy), begun(0)).seen).toBe(data.train);
    expect(splitDigits(data, tinyConfig(toy, { scoreEvery: 0 }), begun(2000)).seen.count).toBe(58_000);
  });
});
