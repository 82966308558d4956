import { expect, test } from 'vitest';
import type { ListedRun } from '../../runs/load.ts';
import { figureRun } from './figure-run.ts';

const entry = (name: string, recipe: string, status: string, epochs = 2) =>
  ({
    name,
    run: { name, recipe, status, epochs: Array.from({ length: epochs }, (_, epoch) => ({ epoch })) },
    history: { epochs: [{ epoch: 1 }] },
  }) as unknown as ListedRun;
const broken: ListedRun = { name: 'broken', fault: 'run.json is missing' };

test('a figure shows the newest finished run of its recipe', () => {
  const entries = [
    entry('b', 'mlp', 'finished'),
    entry('running', 'conditional', 'running'),
    entry('newer', 'conditional', 'finished'),
    entry('older', 'conditional', 'finished'),
  ];
  expect(figureRun(entries, 'conditional')?.run.name).toBe('newer');
});

test('without one it shows any finished run, and without that none', () => {
  const diverged = entry('d', 'conditional', 'diverged');
  expect(figureRun([broken, diverged, entry('b', 'mlp', 'finished')], 'conditional')?.run.name).toBe('b');
  expect(figureRun([broken, diverged], 'conditional')).toBeUndefined();
});

test('a run with a single epoch has nothing to compare', () => {
  expect(figureRun([entry('short', 'mlp', 'finished', 1)], 'mlp')).toBeUndefined();
});
