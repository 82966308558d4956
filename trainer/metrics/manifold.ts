import { type InnerProducts, type Points, requireSamples, squaredDistanceBlocks } from './points.ts';

/** How many neighbours a point's ball reaches to: the density and coverage paper's, for all four. */
export const neighbours = 5;

export interface ManifoldScores {
  /** Share of the fakes that lie in the ball of some real point (Kynkäänniemi et al. 2019, section 2). */
  readonly precision: number;
  /** Share of the real points that lie in the ball of some fake. */
  readonly recall: number;
  /** Mean number of real balls that a fake lies in, divided by k (Naeem et al. 2020, section 3); above 1 in crowds. */
  readonly density: number;
  /** Share of the real points with a fake in their ball (Naeem et al. 2020, section 3). */
  readonly coverage: number;
}

/**
 * The squared distance of each point to its k-th nearest neighbour, itself not counted.
 *
 * @throws RangeError for k points or fewer
 */
export async function squaredRadii(
  set: Points,
  products: InnerProducts,
  k: number = neighbours,
): Promise<Float64Array> {
  requireSamples(`the distance to ${k} neighbours`, k + 1, set);
  // Each point's k smallest so far, in order.
  const nearest = new Float64Array(set.count * k).fill(Number.POSITIVE_INFINITY);
  for await (const { row, column, rows, columns, values } of squaredDistanceBlocks(set, set, products))
    for (let i = 0; i < rows; i++) {
      const [self, last] = [row + i - column, (row + i + 1) * k - 1];
      for (let j = 0; j < columns; j++) {
        const distance = values[i * columns + j]!;
        if (distance >= nearest[last]! || j === self) continue;
        let place = last;
        for (; place > last - k + 1 && nearest[place - 1]! > distance; place--)
          nearest[place] = nearest[place - 1]!;
        nearest[place] = distance;
      }
    }
  return Float64Array.from({ length: set.count }, (_, i) => nearest[(i + 1) * k - 1]!);
}

/**
 * Compares where real points and fakes lie: every point of a set stands for the open ball that reaches to its
 * k-th nearest neighbour in the set.
 *
 * @throws RangeError for k points or fewer in a set
 */
export async function compareManifolds(
  real: Points,
  fake: Points,
  products: InnerProducts,
  k: number = neighbours,
): Promise<ManifoldScores> {
  const realRadii = await squaredRadii(real, products, k);
  const fakeRadii = await squaredRadii(fake, products, k);
  const realBallsAround = new Uint32Array(fake.count);
  const [recalled, covered] = [new Uint8Array(real.count), new Uint8Array(real.count)];
  for await (const { row, column, rows, columns, values } of squaredDistanceBlocks(real, fake, products))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const distance = values[i * columns + j]!;
        if (distance < fakeRadii[column + j]!) recalled[row + i] = 1;
        if (distance >= realRadii[row + i]!) continue;
        covered[row + i] = 1;
        realBallsAround[column + j]!++;
      }
  const share = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
  return {
    precision: realBallsAround.filter((balls) => balls > 0).length / fake.count,
    recall: share(recalled),
    density: realBallsAround.reduce((sum, balls) => sum + balls, 0) / (k * fake.count),
    coverage: share(covered),
  };
}
