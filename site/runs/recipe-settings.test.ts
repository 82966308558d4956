import { expect, test } from 'vitest';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { recipeSettings } from './recipe-settings.ts';

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
  const rows = recipeSettings([newest, older]).map(({ field, value, origin }) => [field, value, origin]);
  expect(rows).toContainEqual(['epochs', '200', 'source']);
  expect(rows).toContainEqual(['batch', '100', 'source']);
});

test('what only runs decide, or every run chose, is not the recipe’s', () => {
  expect(recipeSettings([newest]).map(({ field }) => field)).toEqual(['batch']);
  expect(recipeSettings([])).toEqual([]);
});
