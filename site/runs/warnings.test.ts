import { expect, test } from 'vitest';
import { recordOf } from '../../trainer/artifacts/run-fixture.ts';
import { againWords, faultsOf } from './warnings.ts';

/** Epochs, from 1, in which the discriminator is never in doubt where `certain` says so. */
const historyOf = (...certain: readonly boolean[]) => ({
  epochs: certain.map((isCertain, i) => ({
    ...recordOf(i + 1),
    ...(isCertain && { realScore: 1, fakeScore: 0 }),
  })),
});

test('a run that goes well has no faults', () => {
  expect(faultsOf(historyOf(false, false, false))).toEqual([]);
});

test('a fault is told once, where it first began, with the epochs at which it began again', () => {
  const faults = faultsOf(historyOf(false, true, true, true, false, true, true));
  expect(faults).toEqual([{ epoch: 3, sentence: expect.stringMatching(/discriminator .*\.$/), again: [7] }]);
});

test('the epochs at which it began again are a sentence of their own', () => {
  expect(againWords({ again: [] })).toBe('');
  expect(againWords({ again: [7] })).toBe('Again from epoch 7.');
  expect(againWords({ again: [7, 9, 12] })).toBe('Again from epochs 7, 9 and 12.');
});
