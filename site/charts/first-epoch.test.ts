import { expect, test } from 'vitest';
import type { History } from '../../trainer/artifacts/schema.ts';
import { firstEpochChart } from './first-epoch.ts';

const epoch = (number: number) => ({
  epoch: number,
  step: number * 10,
  seconds: 1,
  imagesPerSecond: 1,
  lossD: 1,
  lossG: 1,
  realScore: 0.5,
  fakeScore: 0.5,
  gradNormD: 1,
  gradNormG: 1,
});
const history: History = {
  schemaVersion: 1,
  epochs: [epoch(1), epoch(2)],
  steps: { every: 5, step: [5, 10, 15, 20], lossD: [4, 3, 2, 1], lossG: [1, 2, 3, 4] },
};

test('the first epoch is drawn by its steps, in fractions of an epoch', () => {
  const chart = firstEpochChart(history);
  expect(chart?.series.map(({ key, points }) => [key, points])).toEqual([
    [
      'lossD',
      [
        [0.5, 4],
        [1, 3],
      ],
    ],
    [
      'lossG',
      [
        [0.5, 1],
        [1, 2],
      ],
    ],
  ]);
});

test('a history without epochs or without steps of the first has no such chart', () => {
  expect(firstEpochChart({ ...history, epochs: [] })).toBeUndefined();
  const none = { every: 50, step: [50], lossD: [1], lossG: [1] };
  expect(firstEpochChart({ ...history, steps: none })).toBeUndefined();
});
