import { expect, test } from 'vitest';
import { configOf } from '../../trainer/artifacts/run-fixture.ts';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { configSchema, type Origin } from '../../trainer/config.ts';
import { configRows, flagOf, originsPresent, recipeRows, trainFlags, variants } from './config-rows.ts';

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

const run = (config: Partial<Run['config']>, origins: Run['origins']) =>
  ({ config, origins }) as Pick<Run, 'config' | 'origins'>;

const newest = run(
  { recipe: 'mlp', epochs: 2, batch: 100, seed: 7 },
  { recipe: 'chosen', epochs: 'chosen', batch: 'source', seed: 'assumed' },
);
const older = run(
  { recipe: 'mlp', epochs: 200, batch: 50, seed: 1 },
  { recipe: 'chosen', epochs: 'source', batch: 'chosen', seed: 'assumed' },
);

test('a setting comes from the newest run that left it to the recipe', () => {
  const rows = recipeRows([newest, older]).map(({ field, value, origin }) => [field, value, origin]);
  expect(rows).toContainEqual(['epochs', '200', 'source']);
  expect(rows).toContainEqual(['batch', '100', 'source']);
});

test('what only runs decide, or every run chose, is not the recipe’s', () => {
  expect(recipeRows([newest]).map(({ field }) => field)).toEqual(['batch']);
  expect(recipeRows([])).toEqual([]);
});

const ended = (name: string, outputActivation: string, status = 'finished') =>
  ({ name, status, config: { outputActivation }, epochs: [{ epoch: 0 }] }) as unknown as Run;

test('the newest finished run stands for each value of a setting', () => {
  const runs = [
    ended('d', 'tanh', 'running'),
    ended('c', 'relu'),
    ended('b', 'relu'),
    ended('a', 'tanh'),
    ended('z', 'sigmoid', 'diverged'),
  ];
  expect(variants(runs, 'outputActivation').map(({ name }) => name)).toEqual(['c', 'a']);
});
