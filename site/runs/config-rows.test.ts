import { expect, test } from 'vitest';
import { type Config, configSchema, type Origin } from '../../trainer/config.ts';
import { configRows, flagOf, originsPresent, trainFlags } from './config-rows.ts';

const config: Config = {
  recipe: 'mlp',
  epochs: 200,
  batch: 100,
  seed: 7,
  engine: 'auto',
  threads: 0,
  limit: 60_000,
  latentSize: 64,
  learningRateG: 2e-4,
  learningRateD: 2e-4,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  emaDecay: 0,
  lossScaleD: 1,
  gradientPenalty: 0,
  penaltyAtEnd: 1,
  penaltyBatch: 0,
  rateAtEnd: 1,
  dropout: 0,
  rotation: 0,
  outputActivation: 'tanh',
  publishEvery: 1,
  modelEvery: 1,
  scoreEvery: 1,
};
const origins: Record<string, Origin> = { epochs: 'source', limit: 'chosen', outputActivation: 'stated' };

test('every field of the schema has a row with its meaning, and an origin where one is recorded', () => {
  const rows = configRows({ config, origins });
  expect(rows.map(({ field }) => field)).toEqual(Object.keys(configSchema.shape));
  expect(rows.every(({ meaning }) => meaning.length > 0)).toBe(true);
  expect(rows.find(({ field }) => field === 'limit')).toMatchObject({ value: '60000', origin: 'chosen' });
  expect(rows.find(({ field }) => field === 'batch')?.origin).toBeUndefined();
  expect(originsPresent(rows)).toEqual(['stated', 'source', 'chosen']);
});

test('a field is named as the flag that sets it', () => {
  expect(flagOf('learningRateG')).toBe('--learning-rate-g');
  expect(flagOf('beta1')).toBe('--beta1');
});

test('the flags repeat the recipe, the seed and what was chosen', () => {
  expect(trainFlags({ config, origins })).toEqual(['--recipe mlp', '--seed 7', '--limit 60000']);
});
