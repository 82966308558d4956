import { expect, test } from 'vitest';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { variants } from './variants.ts';

const run = (name: string, outputActivation: string, status = 'finished') =>
  ({ name, status, config: { outputActivation }, epochs: [{ epoch: 0 }] }) as unknown as Run;

test('the newest finished run stands for each value of a setting', () => {
  const runs = [
    run('d', 'tanh', 'running'),
    run('c', 'relu'),
    run('b', 'relu'),
    run('a', 'tanh'),
    run('z', 'sigmoid', 'diverged'),
  ];
  expect(variants(runs, 'outputActivation').map(({ name }) => name)).toEqual(['c', 'a']);
});
