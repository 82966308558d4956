import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type InnerProducts, type Points, productBlocks, requireSameSize, requireSamples } from './points.ts';

/** The Gaussian that a set of points is taken for. */
export interface Gaussian {
  /** [size] */
  readonly mean: Float64Array;
  /** [size, size], divided by count − 1 */
  readonly covariance: Matrix;
}

/** Mean and covariance of points, summed in double precision. @throws RangeError for fewer than two points */
export function fitGaussian(set: Points): Gaussian {
  requireSamples('a covariance', 2, set);
  const { values, count, size } = set;
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size]! += values[i]! / count;
  const sums = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) centred[j] = values[i * size + j]! - mean[j]!;
    for (let j = 0; j < size; j++)
      for (let k = 0; k <= j; k++) sums[j * size + k]! += centred[j]! * centred[k]!;
  }
  const covariance = Matrix.zeros(size, size);
  for (let j = 0; j < size; j++)
    for (let k = 0; k <= j; k++) {
      const value = sums[j * size + k]! / (count - 1);
      covariance.set(j, k, value).set(k, j, value);
    }
  return { mean, covariance };
}

const symmetricEigen = (matrix: Matrix) => new EigenvalueDecomposition(matrix, { assumeSymmetric: true });

/** Rounding leaves eigenvalues of a covariance a hair below zero; their roots are those of zero. */
const root = (eigenvalue: number) => Math.sqrt(Math.max(0, eigenvalue));

/**
 * The squared Fréchet distance of two Gaussians, |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) (Dowson & Landau 1982;
 * Heusel et al. 2017, equation 6).
 *
 * Σ₁Σ₂ has the eigenvalues of the symmetric Σ₁^½ Σ₂ Σ₁^½, so the trace of its root is the sum of their roots,
 * singular covariances included.
 *
 * @throws RangeError for Gaussians of two spaces
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  if (a.mean.length !== b.mean.length)
    throw new RangeError(
      `a Gaussian of ${a.mean.length} dimensions is compared with one of ${b.mean.length}`,
    );
  const { eigenvectorMatrix: vectors, realEigenvalues } = symmetricEigen(a.covariance);
  const rootA = vectors.mmul(Matrix.diag(realEigenvalues.map(root))).mmul(vectors.transpose());
  const product = rootA.mmul(b.covariance).mmul(rootA);
  const symmetric = Matrix.add(product, product.transpose()).mul(0.5);
  const traceOfRoot = symmetricEigen(symmetric).realEigenvalues.reduce((sum, value) => sum + root(value), 0);
  const means = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]!) ** 2, 0);
  // Equal Gaussians are at distance 0 up to rounding, which may fall on either side.
  return Math.max(0, means + a.covariance.trace() + b.covariance.trace() - 2 * traceOfRoot);
}

/** The squared Fréchet distance of the Gaussians that two sets of points are taken for. */
export function frechetDistanceOf(a: Points, b: Points): number {
  requireSameSize(a, b);
  return frechetDistance(fitGaussian(a), fitGaussian(b));
}

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
