import { expect, test } from 'vitest';
import type { SeenStatus } from '../../trainer/artifacts/reader.ts';
import { detailsOf, recordOf } from '../../trainer/artifacts/run-fixture.ts';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { adviseEpoch, bestEpoch, generatorIsKept } from './which-epoch.ts';

const { generator } = detailsOf('toy');

function runOf(status: SeenStatus, published: readonly number[], ema = false) {
  const epochs = published.map((epoch): Run['epochs'][number] => ({
    epoch,
    step: epoch,
    grid: `${epoch}.png`,
    model: null,
  }));
  return { status, epochs, generator: { ...generator, ema } };
}

/** A history whose epochs, from 1, have these scores. */
function historyOf(...scores: readonly (number | undefined)[]) {
  const epochs = scores.map((fcd2k, i) => ({
    ...recordOf(i + 1),
    ...(fcd2k !== undefined && { metrics: { fcd2k } }),
  }));
  return { epochs };
}

test('where epochs are scored, the one with the lowest score is advised, the earlier of two', () => {
  const run = runOf('finished', [0, 1, 2, 3, 4]);
  expect(adviseEpoch(run, historyOf(9, 4, undefined, 4))).toEqual({
    kind: 'scored',
    epoch: 2,
    score: 4,
    scored: 3,
  });
});

test('an epoch that is not published is not advised, however good its score', () => {
  expect(adviseEpoch(runOf('finished', [0, 2]), historyOf(1, 5))).toMatchObject({ epoch: 2, scored: 1 });
});

test('a published epoch may have no generator that was kept', () => {
  const { epochs } = runOf('finished', [0, 1]);
  const run = { epochs: [epochs[0]!, { ...epochs[1]!, model: 'models/0001/model.json' }] };
  expect([0, 1, 2].map((epoch) => generatorIsKept(run, epoch))).toEqual([false, true, false]);
});

test('another score than the headline one does not decide', () => {
  const history = { epochs: [{ ...recordOf(1), metrics: { accuracy: 0.1 } }] };
  expect(adviseEpoch(runOf('finished', [0, 1]), history).kind).toBe('last');
});

test('without scores it is the last epoch, and whether its weights are averaged is said', () => {
  expect(adviseEpoch(runOf('finished', [0, 1, 2]), historyOf(undefined, undefined))).toEqual({
    kind: 'last',
    epoch: 2,
    averaged: false,
  });
  expect(adviseEpoch(runOf('stopped', [0, 1], true), historyOf(undefined))).toMatchObject({
    epoch: 1,
    averaged: true,
  });
});

test('of a run that diverged it is the last good epoch, or none when that is the untrained one', () => {
  expect(adviseEpoch(runOf('diverged', [0, 1]), historyOf(undefined))).toEqual({
    kind: 'lastGood',
    epoch: 1,
  });
  expect(adviseEpoch(runOf('diverged', [0]), historyOf())).toEqual({ kind: 'none' });
});

test('a run that goes on has no answer yet, unless it is scored as it goes', () => {
  expect(adviseEpoch(runOf('running', [0, 1]), historyOf(undefined)).kind).toBe('notYet');
  expect(adviseEpoch(runOf('running', [0, 1]), historyOf(3))).toMatchObject({ kind: 'scored', epoch: 1 });
});

test('a run that was cut off has the answer of one that was stopped: its last epoch', () => {
  expect(adviseEpoch(runOf('cut off', [0, 1]), historyOf(undefined))).toMatchObject({
    kind: 'last',
    epoch: 1,
  });
});

test('an epoch is the best by its score only', () => {
  expect(bestEpoch(runOf('finished', [0, 1, 2]), historyOf(2, 5))).toBe(1);
  expect(bestEpoch(runOf('finished', [0, 1, 2]), historyOf(undefined, undefined))).toBeUndefined();
});
