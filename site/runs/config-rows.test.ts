import { expect, test } from 'vitest';
import { configOf } from '../../trainer/artifacts/run-fixture.ts';
import { configSchema, type Origin } from '../../trainer/config.ts';
import { configRows, flagOf, originsPresent, trainFlags } from './config-rows.ts';

const config = configOf({ recipe: 'mlp', seed: 7, limit: 60_000 });
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
