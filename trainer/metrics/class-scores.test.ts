import { describe, expect, it } from 'vitest';
import { classHistogram, likeliestClasses, scoreClasses, totalVariationFromUniform } from './class-scores.ts';
import { madeUpPoints } from './points-fixture.ts';

/** The probabilities that reference.py takes. */
const madeUp = (() => {
  const raw = Float64Array.from(madeUpPoints(40, 10, 3).values, (value) => value + 0.01);
  const sums = Array.from({ length: 40 }, (_, i) =>
    raw.subarray(i * 10, (i + 1) * 10).reduce((sum, p) => sum + p, 0),
  );
  return { probabilities: raw.map((p, at) => p / sums[Math.floor(at / 10)]!), classes: 10 };
})();
/** Samples that are sure to be of these classes. */
const sure = (classes: readonly number[], of = 10) => {
  const probabilities = new Float64Array(classes.length * of);
  classes.forEach((c, i) => {
    probabilities[i * of + c] = 1;
  });
  return { probabilities, classes: of };
};

describe('the classifier score', () => {
  it('is that of SciPy on made-up numbers (reference.py)', () => {
    const { classifierScore, confidence } = scoreClasses(madeUp);
    expect(classifierScore).toBeCloseTo(1.2072977031452343, 12);
    expect(confidence).toBeCloseTo(0.18997746244629693, 12);
    expect(classHistogram(likeliestClasses(madeUp), madeUp.classes)).toEqual([4, 5, 2, 1, 4, 4, 4, 3, 6, 7]);
  });

  it('is the number of classes at its best and one at its worst', () => {
    const best = scoreClasses(sure([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(best.classifierScore).toBeCloseTo(10, 12);
    expect(best).toMatchObject({ classTotalVariation: 0, confidence: 1 });
    const collapsed = scoreClasses(sure([3, 3, 3, 3]));
    expect(collapsed.classifierScore).toBeCloseTo(1, 12);
    expect(collapsed.classTotalVariation).toBeCloseTo(0.9, 12);
  });

  it('refuses to score nothing', () => {
    expect(() => scoreClasses(sure([]))).toThrow('0 probabilities are no rows of 10 classes');
  });
});

it('the total variation is the share of samples to move for equal classes', () => {
  expect(totalVariationFromUniform([5, 5, 5, 5])).toBe(0);
  expect(totalVariationFromUniform([10, 5, 5, 0])).toBeCloseTo(0.25, 12);
});
