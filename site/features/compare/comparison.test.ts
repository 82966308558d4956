import { expect, test } from 'vitest';
import {
  alignRows,
  canWipe,
  chooseRuns,
  compareCharts,
  differentLatents,
  differs,
  frameAt,
  type Side,
  timeline,
} from './comparison.ts';
import type { ComparedRun } from './record.ts';

const run = (epochs: readonly number[], latents: Partial<ComparedRun['latents']> = {}): ComparedRun => ({
  name: 'a-run',
  latents: { seed: 1, rows: 10, columns: 10, size: 64, ...latents },
  cell: 28,
  frames: epochs.map((epoch) => ({ epoch, url: `/data/a-run/${epoch}.png`, words: 'Grid' })),
  curves: { epochs: [], series: [] },
  settings: [],
  facts: [],
  scores: [],
});

test.each([
  ['nothing', [null, null, null, null], ['new', 'mid']],
  ['two known runs', ['old', 'new', null, null], ['old', 'new']],
  ['one of two', ['old', null, null, null], ['old', 'new']],
  ['the second of two', [null, 'new', null, null], ['mid', 'new']],
  ['unknown runs', ['gone', '../x', '', 'gone'], ['new', 'mid']],
  ['one unknown run', ['gone', 'new', null, null], ['mid', 'new']],
  ['one run twice', ['old', 'old', null, null], ['old', 'old']],
  ['four', ['old', 'mid', 'new', 'old'], ['old', 'mid', 'new', 'old']],
  ['an unknown third', ['old', 'mid', 'gone', 'new'], ['old', 'mid', 'new']],
])('an address with %s', (_what, wanted, runs) => {
  expect(chooseRuns(wanted, ['new', 'mid', 'old'])).toEqual(runs);
});

test('the only run there is stands beside itself', () => {
  expect(chooseRuns([null, null, null, null], ['one'])).toEqual(['one', 'one']);
});

test('a run shows its published epoch nearest to the one that is asked for', () => {
  const sparse = run([0, 10, 20]);
  expect([0, 4, 6, 20, 500].map((epoch) => frameAt(sparse, epoch).epoch)).toEqual([0, 0, 10, 20, 20]);
});

test('the cursor stops at every epoch that any run has published', () => {
  expect(timeline([run([0, 10, 20]), run([0, 1, 2, 10])])).toEqual([0, 1, 2, 10, 20]);
});

test('grids of equal seed, size and latents are of the same latents; for others it is said why not', () => {
  expect(differentLatents([run([0]), run([0])])).toBeUndefined();
  expect(differentLatents([run([0]), run([0], { seed: 2 })])).toBe('Not the same latents: seeds 1 and 2.');
  expect(differentLatents([run([0]), run([0]), run([0], { columns: 8, size: 100 })])).toBe(
    'Not the same latents: grids of 10 × 10, 10 × 10 and 10 × 8; latent sizes 64, 64 and 100.',
  );
});

test('only two grids of the same latents lie over one another', () => {
  const side = (letter: Side['letter'], own: ComparedRun): Side => ({ letter, run: own, epoch: 0 });
  expect(canWipe([side('a', run([0])), side('b', run([0]))])).toBe(true);
  expect(canWipe([side('a', run([0])), side('b', run([0])), side('c', run([0], { seed: 2 }))])).toBe(true);
  expect(canWipe([side('a', run([0])), side('b', run([0], { seed: 2 }))])).toBe(false);
  expect(canWipe([side('b', run([0]))])).toBe(false);
});

test('lists are laid side by side, with a gap where one lacks an entry', () => {
  const rows = alignRows([
    [
      { label: 'batch', value: '64', meaning: 'per step' },
      { label: 'seed', value: '1' },
    ],
    [
      { label: 'seed', value: '1' },
      { label: 'fcd', value: '9' },
    ],
  ]);
  expect(rows).toEqual([
    { label: 'batch', meaning: 'per step', values: ['64', undefined] },
    { label: 'seed', meaning: undefined, values: ['1', '1'] },
    { label: 'fcd', meaning: undefined, values: [undefined, '9'] },
  ]);
  expect(rows.map(differs)).toEqual([true, false, true]);
});

const curvesOf = (
  name: string,
  epochs: number[],
  series: Record<string, (number | null)[]>,
): ComparedRun => ({
  ...run([]),
  name,
  curves: {
    epochs,
    series: Object.entries(series).map(([key, values]) => ({
      key,
      title: `The ${key}`,
      scale: key === 'realScore' ? { domain: [0, 1] } : {},
      values,
    })),
  },
});

test('every quantity has one chart, in which each side has a line of its own', () => {
  const charts = compareCharts([
    { letter: 'a', run: curvesOf('first', [1, 2], { lossG: [1, 2], realScore: [0.9, 0.8] }) },
    { letter: 'c', run: curvesOf('third', [1], { lossG: [3], fcd: [7] }) },
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
  expect(charts[2]?.series.map(({ label, points }) => [label, points.length])).toEqual([
    ['A, first', 0],
    ['C, third', 1],
  ]);
});

test('epochs without a value are left out, and a quantity without any has no chart', () => {
  const charts = compareCharts([
    { letter: 'a', run: curvesOf('first', [1, 2, 3], { fcd: [null, 5, null], lossG: [null, null, null] }) },
    { letter: 'b', run: curvesOf('new', [], { lossG: [] }) },
  ]);
  expect(charts).toHaveLength(1);
  expect(charts[0]?.series[0]?.points).toEqual([[2, 5]]);
});
