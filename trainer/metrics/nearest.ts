import { type InnerProducts, type Points, requireSamples, squaredDistanceBlocks } from './points.ts';

export interface Nearest {
  /** [count]: for each sample, the place of the nearest in the other set. */
  readonly index: Uint32Array;
  /** [count]: its Euclidean distance. */
  readonly distance: Float64Array;
}

/**
 * For each sample its nearest of another set, such as the training digit that it may have been learned by heart.
 * The search may round; the distance of what it finds is computed anew in double precision.
 */
export async function findNearest(
  samples: Points,
  others: Points,
  products: InnerProducts,
): Promise<Nearest> {
  requireSamples('the nearest point', 1, others);
  const index = new Uint32Array(samples.count);
  const best = new Float64Array(samples.count).fill(Number.POSITIVE_INFINITY);
  for await (const { row, column, rows, columns, values } of squaredDistanceBlocks(samples, others, products))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const squared = values[i * columns + j]!;
        if (squared >= best[row + i]!) continue;
        best[row + i] = squared;
        index[row + i] = column + j;
      }
  const distance = Float64Array.from(index, (other, sample) => exactDistance(samples, sample, others, other));
  return { index, distance };
}

/**
 * Of each kind of samples the one that is closest to a point of the other set, and of equals the first. Kinds apart,
 * because some are closer to everything: thin strokes, such as a 1's, have little room to differ.
 *
 * @param kinds [count]: each sample's
 * @returns places of samples, by ascending kind; none for a kind without samples
 */
export function closestOfEach({ distance }: Nearest, kinds: readonly number[]): number[] {
  const closest = new Map<number, number>();
  for (const [sample, kind] of kinds.entries()) {
    const known = closest.get(kind);
    if (known === undefined || distance[sample]! < distance[known]!) closest.set(kind, sample);
  }
  return [...closest].sort(([a], [b]) => a - b).map(([, sample]) => sample);
}

function exactDistance(a: Points, i: number, b: Points, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.size; k++) sum += (a.values[i * a.size + k]! - b.values[j * b.size + k]!) ** 2;
  return Math.sqrt(sum);
}
