import { expect, test } from 'vitest';
import type { ComparedRun } from '../../runs/compared.ts';
import {
  alignRows,
  canWipe,
  chooseRuns,
  differentLatents,
  differs,
  frameAt,
  type Side,
  timeline,
} from './comparison.ts';

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
