import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultsFixture } from '../artifacts/run-fixture.ts';
import { type StepResult, stepResults } from '../gan/step.ts';
import { addStep, findRunaway, meansOf, noSums, patience, watchGame } from './steps.ts';

type Results = Record<StepResult, number>;
const fair: Results = resultsFixture;
const won: Results = { ...fair, realScore: 1, fakeScore: 0 };
const dead: Results = { ...fair, gradNormD: 0 };

/** What the watch says of these results in turn. */
const watched = (games: readonly Results[]) => {
  const watch = watchGame();
  return games.map((results, i) => watch(i + 1, results));
};

describe('the watch over a game', () => {
  it('is silent while both learn', () => {
    expect(watched(Array(3 * patience).fill(fair)).every((fault) => fault === undefined)).toBe(true);
  });

  it('names the first number that is none, its step, and what to try', () => {
    for (const name of stepResults)
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const [, fault] = watched([fair, { ...fair, [name]: value }]);
        expect(fault).toMatch(new RegExp(`^${name} is (NaN|Infinity) at step 2: .*--learning-rate-d`));
      }
  });

  it('ends a game that the discriminator has won for long, and not before', () => {
    const faults = watched(Array(patience).fill(won));
    expect(faults.slice(0, -1).some((fault) => fault !== undefined)).toBe(false);
    expect(faults.at(-1)).toMatch(/right beyond doubt.*--learning-rate-d/);
  });

  it('ends a game whose discriminator has stopped learning', () => {
    expect(watched(Array(patience).fill(dead)).at(-1)).toMatch(/no gradient.*--seed/);
  });

  it('starts counting anew after one fair step', () => {
    const almost = [...Array(patience - 1).fill(won), fair, ...Array(patience - 1).fill(won)];
    expect(watched(almost).every((fault) => fault === undefined)).toBe(true);
  });
});

describe('the watch over weights', () => {
  it('names the first tensor with a number that is none', () => {
    const tensors = [
      { name: 'good', shape: [2], values: Float32Array.of(1, -2) },
      { name: 'bad', shape: [2], values: Float32Array.of(0, Number.NEGATIVE_INFINITY) },
    ];
    expect(findRunaway(7, tensors)).toMatch(/^bad is -Infinity at step 7: /);
    expect(findRunaway(7, tensors.slice(0, 1))).toBeUndefined();
  });
});

describe("an epoch's means", () => {
  it('are those of its steps', () => {
    const some = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, (values) => {
        const sums = noSums();
        for (const value of values)
          addStep(sums, Object.fromEntries(stepResults.map((name, i) => [name, value + i])) as Results);
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        expect(sums.steps).toBe(values.length);
        for (const [i, name] of stepResults.entries()) expect(meansOf(sums)[name]).toBeCloseTo(mean + i, 6);
      }),
    );
  });

  it('do not exist without steps', () => {
    expect(() => meansOf(noSums())).toThrow(/no means/);
  });
});
