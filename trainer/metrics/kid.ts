import { type Points, requireSamples } from './points.ts';
import { type InnerProducts, productBlocks } from './products.ts';

/**
 * The squared maximum mean discrepancy under the kernel k(x, y) = (x·y/d + 1)³, without bias: its mean over
 * samples of one distribution is 0, so it may fall below (Bińkowski et al. 2018, section 4; Gretton et al. 2012,
 * equation 3). All pairs are used, rather than the mean over random subsets.
 *
 * @throws RangeError for fewer than two points in a set
 */
export async function kernelDistance(a: Points, b: Points, products: InnerProducts): Promise<number> {
  requireSamples('KID', 2, a, b);
  const within = async (set: Points) =>
    (await kernelSum(set, set, products, { skipSelf: true })) / (set.count * (set.count - 1));
  const between = (await kernelSum(a, b, products, { skipSelf: false })) / (a.count * b.count);
  return (await within(a)) + (await within(b)) - 2 * between;
}

/** The sum of k over all pairs, without those of a point and itself where asked for. */
async function kernelSum(
  a: Points,
  b: Points,
  products: InnerProducts,
  { skipSelf }: { readonly skipSelf: boolean },
): Promise<number> {
  let sum = 0;
  for await (const { row, column, rows, columns, values } of productBlocks(a, b, products))
    for (let i = 0; i < rows; i++) {
      const self = skipSelf ? row + i - column : -1;
      for (let j = 0; j < columns; j++) {
        if (j === self) continue;
        const base = values[i * columns + j]! / a.size + 1;
        // Multiplied out: with ** all of KID takes three times as long.
        sum += base * base * base;
      }
    }
  return sum;
}
