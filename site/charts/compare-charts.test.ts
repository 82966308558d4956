import { expect, test } from 'vitest';
import type { ComparedRun } from '../runs/compared.ts';
import { compareCharts } from './compare-charts.ts';

const run = (name: string, epochs: number[], series: Record<string, (number | null)[]>): ComparedRun => ({
  name,
  latents: { seed: 1, rows: 1, columns: 1, size: 1 },
  cell: 28,
  frames: [],
  curves: {
    epochs,
    series: Object.entries(series).map(([key, values]) => ({
      key,
      title: `The ${key}`,
      scale: key === 'realScore' ? { domain: [0, 1] } : {},
      values,
    })),
  },
  settings: [],
  facts: [],
  scores: [],
});

test('every quantity has one chart, in which each side has a line of its own', () => {
  const charts = compareCharts([
    { letter: 'a', run: run('first', [1, 2], { lossG: [1, 2], realScore: [0.9, 0.8] }) },
    { letter: 'c', run: run('third', [1], { lossG: [3], fcd: [7] }) },
  ]);
  expect(charts.map(({ title }) => title)).toEqual(['The lossG', 'The realScore', 'The fcd']);
  expect(charts[0]?.series.map(({ voice, points }) => [voice, points])).toEqual([
    [
      'a',
      [
        [1, 1],
        [2, 2],
      ],
    ],
    ['c', [[1, 3]]],
  ]);
  expect(charts.map(({ domain }) => domain)).toEqual([undefined, [0, 1], undefined]);
  expect(charts[2]?.series.map(({ label }) => label)).toEqual(['C, third']);
});

test('epochs without a value are left out, and a quantity without any has no chart', () => {
  const charts = compareCharts([
    { letter: 'a', run: run('first', [1, 2, 3], { fcd: [null, 5, null], lossG: [null, null, null] }) },
    { letter: 'b', run: run('new', [], { lossG: [] }) },
  ]);
  expect(charts).toHaveLength(1);
  expect(charts[0]?.series[0]?.points).toEqual([[2, 5]]);
});
