import { expect, test } from 'vitest';
import { recordOf } from '../../../trainer/artifacts/run-fixture.ts';
import type { EpochRecord, History } from '../../../trainer/artifacts/schema.ts';
import { layoutChart } from './layout.ts';
import { firstEpochChart, metricNames, metricScale, metricTitle, runCharts } from './run-charts.ts';

const record = (epoch: number, metrics?: Record<string, number>) =>
  recordOf(epoch, { step: epoch * 100, ...(metrics && { metrics }) });
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

test('a column that the records of an older version lack has a curve once any epoch has it', () => {
  const { imagesPerSecond: _, ...older } = record(1);
  const kept = runCharts(history([older as EpochRecord, record(2)])).find(({ id }) => id === 'speed');
  expect(kept?.series[0]?.points).toEqual([[2, 40]]);
  expect(runCharts(history([older as EpochRecord])).map(({ id }) => id)).not.toContain('speed');
});

test('the first epoch is drawn by its steps, in fractions of an epoch', () => {
  const chart = firstEpochChart(history([record(1), record(2)]));
  expect(chart?.series.map(({ key, points }) => [key, points])).toEqual([
    [
      'lossD',
      [
        [0.5, 1],
        [1, 2],
      ],
    ],
    [
      'lossG',
      [
        [0.5, 5],
        [1, 6],
      ],
    ],
  ]);
});

test('a history without epochs or without steps of the first has no such chart', () => {
  expect(firstEpochChart(history([]))).toBeUndefined();
  const none = { every: 500, step: [500], lossD: [1], lossG: [1] };
  expect(firstEpochChart({ ...history([record(1)]), steps: none })).toBeUndefined();
});

test('a score is called by its name in print, and one of an epoch by its samples too', () => {
  expect(metricTitle('fcd')).toBe('FCD-MNIST');
  expect(metricTitle('epoch')).toBe('scored epoch');
  expect(metricTitle('fcd2k')).toBe('FCD-MNIST, 2,000 samples');
});

test('a score that is not known stands for itself', () => {
  expect(metricTitle('constructor')).toBe('constructor');
});

test('the score of an epoch is drawn beside real digits, a collapsed generator and noise', () => {
  const { goal, references, log, note } = metricScale('fcd2k');
  expect(goal?.label).toMatch(/^real digits [\d.]+$/);
  expect(references?.map(({ label }) => label)).toEqual([
    expect.stringMatching(/^one digit repeated [\d.]+$/),
    expect.stringMatching(/^noise [\d.]+$/),
  ]);
  expect({ log, note }).toEqual({ log: true, note: 'lower is better' });
});

test('a share is drawn from 0 to 1', () => {
  expect(metricScale('recall2k')).toMatchObject({ domain: [0, 1], note: 'higher is better' });
});

test('a score without anchors has no scale: a final one, and one that is not known', () => {
  expect(metricScale('fcd')).toEqual({});
  expect(metricScale('toString')).toEqual({});
});

test('what real digits reach is on the chart of a run that is far from it, and noise is not', () => {
  const series = [
    {
      key: 'fcd2k',
      label: 'This run',
      voice: 'neutral' as const,
      points: [[1, 30] as const, [2, 20] as const],
    },
  ];
  const { plot, levels } = layoutChart({ id: 'fcd', title: 'FCD', series, ...metricScale('fcd2k') });
  const goal = levels.lines.find(({ kind }) => kind === 'goal');
  expect(goal?.y).toBeLessThanOrEqual(plot.bottom);
  expect(levels.names.at(-1)?.label).toMatch(/off the chart: noise .*, one digit repeated /);
});
