import { expect, test } from 'vitest';
import { describeChart } from './describe.ts';
import type { Point } from './layout.ts';

const spec = (points: readonly Point[]) => ({
  id: 'losses',
  title: 'Losses',
  series: [{ key: 'lossD', label: 'Discriminator', voice: 'discriminator' as const, points }],
});

test('a curve in words says where it begins, ends and turns', () => {
  expect(
    describeChart(
      spec([
        [1, 0.7],
        [2, 0.2],
        [3, 0.5],
      ]),
    ),
  ).toBe('Discriminator: 0.7 at epoch 1, 0.5 at epoch 3; lowest 0.2 at epoch 2, highest 0.7 at epoch 1.');
});

test('one value and none are said as such', () => {
  expect(describeChart(spec([[1, 0.7]]))).toBe('Discriminator: 0.7 at epoch 1.');
  expect(describeChart(spec([]))).toBe('Discriminator: no values.');
});

test('levels beside it and the best epoch are named too', () => {
  const beside = {
    ...spec([[1, 0.7]]),
    goal: { value: 0.1, label: 'real digits 0.1' },
    references: [{ value: 9, label: 'noise 9' }],
    best: 1,
  };
  expect(describeChart(beside)).toBe(
    'Discriminator: 0.7 at epoch 1. For comparison: real digits 0.1, noise 9. The best epoch is 1.',
  );
});
