import { expect, test } from 'vitest';
import type { EpochRecord, History } from '../../trainer/artifacts/schema.ts';
import { metricNames, runCharts } from './run-charts.ts';

const record = (epoch: number, metrics?: Record<string, number>): EpochRecord => ({
  epoch,
  step: epoch * 100,
  seconds: 1,
  imagesPerSecond: 1000,
  lossD: 0.5,
  lossG: 1,
  realScore: 0.6,
  fakeScore: 0.4,
  gradNormD: 1,
  gradNormG: 2,
  ...(metrics && { metrics }),
});
const history = (epochs: EpochRecord[]): History => ({
  schemaVersion: 1,
  epochs,
  steps: { every: 50, step: [50, 100, 150, 200], lossD: [1, 2, 3, 4], lossG: [5, 6, 7, 8] },
});

test('a run without epochs has no charts', () => {
  expect(runCharts(history([]))).toEqual([]);
});

test('steps are laid under the epochs to which they belong', () => {
  const [losses] = runCharts(history([record(1), record(2)]));
  expect(losses?.series[0]?.detail).toEqual([
    [0.5, 1],
    [1, 2],
    [1.5, 3],
    [2, 4],
  ]);
});

test('every metric that any epoch carries has a chart of the epochs that carry it', () => {
  const measured = history([record(1), record(2, { fcd: 9 }), record(3, { fcd: 7, kid: 0.1 })]);
  expect(metricNames(measured)).toEqual(['fcd', 'kid']);
  const charts = runCharts(measured);
  expect(charts.map(({ id }) => id)).toEqual([
    'metric-fcd',
    'metric-kid',
    'losses',
    'scores',
    'gradients',
    'speed',
  ]);
  expect(charts[0]?.series[0]?.points).toEqual([
    [2, 9],
    [3, 7],
  ]);
});

test('the best epoch is marked in every chart', () => {
  const charts = runCharts(history([record(1), record(2)]), 2);
  expect(new Set(charts.map(({ best }) => best))).toEqual(new Set([2]));
});
