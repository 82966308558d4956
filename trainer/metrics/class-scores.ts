/** What a classifier makes of samples: a row of probabilities for each. */
export interface Judgements {
  /** [count, classes], rows that sum to 1 */
  readonly probabilities: Float64Array;
  readonly classes: number;
}

export interface ClassScores {
  /**
   * exp of the mean Kullback-Leibler divergence of a sample's classes from those of all samples together
   * (Salimans et al. 2016, section 4): 1 when all look alike, the number of classes when each is sure and all
   * classes are drawn alike.
   */
  readonly classifierScore: number;
  /** Half the summed differences between the share of each class and an equal share: 0 to 1 − 1/classes. */
  readonly classTotalVariation: number;
  /** Mean of the largest probability. */
  readonly confidence: number;
}

const rowsOf = ({ probabilities, classes }: Judgements): Float64Array[] => {
  const count = probabilities.length / classes;
  if (!Number.isInteger(count) || count === 0)
    throw new RangeError(`${probabilities.length} probabilities are no rows of ${classes} classes`);
  return Array.from({ length: count }, (_, i) => probabilities.subarray(i * classes, (i + 1) * classes));
};

/** The class that each sample looks most like. @throws RangeError without samples */
export const likeliestClasses = (judgements: Judgements): number[] =>
  rowsOf(judgements).map((row) => row.indexOf(Math.max(...row)));

/** How many of these classes are each of `classes`. */
export function classHistogram(found: readonly number[], classes: number): number[] {
  const counts = Array<number>(classes).fill(0);
  for (const one of found) counts[one]!++;
  return counts;
}

/** The share of the total that is misplaced against an equal share for each. */
export function totalVariationFromUniform(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => sum + Math.abs(count / total - 1 / counts.length), 0) / 2;
}

/** @throws RangeError without samples */
export function scoreClasses(judgements: Judgements): ClassScores {
  const rows = rowsOf(judgements);
  const marginal = Array<number>(judgements.classes).fill(0);
  for (const row of rows)
    row.forEach((p, c) => {
      marginal[c]! += p / rows.length;
    });
  const divergence = (row: Float64Array) =>
    row.reduce((sum, p, c) => (p > 0 ? sum + p * Math.log(p / marginal[c]!) : sum), 0);
  const mean = (of: (row: Float64Array) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  return {
    classifierScore: Math.exp(mean(divergence)),
    classTotalVariation: totalVariationFromUniform(
      classHistogram(likeliestClasses(judgements), judgements.classes),
    ),
    confidence: mean((row) => Math.max(...row)),
  };
}
