import { expect, test } from 'vitest';
import type { ListedRun } from './load.ts';
import { newestOfEach } from './pick.ts';

const entry = (name: string, recipe: string, status = 'finished') =>
  ({ name, run: { name, recipe, status } }) as unknown as ListedRun;

test('each recipe has its newest finished run, and none where there is none', () => {
  const runs = newestOfEach([
    entry('c', 'mlp', 'running'),
    entry('b', 'mlp'),
    entry('a', 'mlp'),
    entry('d', 'conditional', 'diverged'),
    { name: 'broken', fault: 'run.json is missing' },
  ]);
  expect([...runs].map(([recipe, { name }]) => [recipe, name])).toEqual([['mlp', 'b']]);
});
