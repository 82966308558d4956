import { expect, test } from 'vitest';
import { modelAt } from './facts.ts';

const model = (epoch: number) => ({ epoch, grid: '', json: '', weights: '' });

test('an epoch is drawn by its own generator, or by the last one kept before it', () => {
  const models = [model(0), model(5), model(10)];
  expect([0, 4, 5, 9, 10, 40].map((epoch) => modelAt(models, epoch)?.epoch)).toEqual([0, 0, 5, 5, 10, 10]);
});

test('before the first kept generator, that one draws', () => {
  expect(modelAt([model(5)], 2)?.epoch).toBe(5);
  expect(modelAt([], 2)).toBeUndefined();
});
