import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { fitGaussian, frechetDistance, frechetDistanceOf, kernelDistance } from './distances.ts';
import { points } from './points.ts';
import { fake, madeUpPoints, plainProducts, real } from './points-fixture.ts';

const diagonal = (mean: number[], variances: number[]) => ({
  mean: Float64Array.from(mean),
  covariance: Matrix.diag(variances),
});

describe('the Fréchet distance', () => {
  it('is that of SciPy on made-up numbers (reference.py)', () => {
    expect(frechetDistanceOf(real, fake)).toBeCloseTo(0.12842611251657268, 10);
  });

  it('has the closed form of Gaussians without correlation', () => {
    const a = diagonal([1, 2, 3], [4, 9, 0]);
    const b = diagonal([0, 2, 5], [1, 16, 25]);
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 4 + (2 - 1) ** 2 + (3 - 4) ** 2 + (0 - 5) ** 2, 12);
  });

  it('is nothing between a set and itself, and never negative', () => {
    expect(frechetDistanceOf(real, real)).toBeLessThan(1e-10);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 8 }), (seed, size) => {
        const distance = frechetDistanceOf(madeUpPoints(9, size, seed), madeUpPoints(9, size, seed));
        return distance >= 0 && distance < 1e-10;
      }),
    );
  });

  it('is the same either way round', () => {
    expect(frechetDistanceOf(fake, real)).toBeCloseTo(frechetDistanceOf(real, fake), 10);
  });

  it('of a set and its copy moved aside is the squared way that it was moved', () => {
    const moved = points(
      real.values.map((value, i) => value + (i % real.size === 0 ? 3 : 0)),
      real.size,
    );
    expect(frechetDistanceOf(real, moved)).toBeCloseTo(9, 5);
  });

  it('takes a set of one point repeated, whose covariance is nothing', () => {
    const repeated = points(new Float32Array(20 * real.size).fill(0.5), real.size);
    const { mean, covariance } = fitGaussian(real);
    const expected = mean.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) + covariance.trace();
    expect(frechetDistanceOf(real, repeated)).toBeCloseTo(expected, 10);
  });

  it('refuses sets of two spaces, and a single point', () => {
    expect(() => frechetDistanceOf(real, madeUpPoints(9, 5, 1))).toThrow('points of 6 numbers are compared');
    expect(() => fitGaussian(madeUpPoints(1, 3, 1))).toThrow('takes 2 samples or more, and 1 were given');
  });
});

describe('the fitted Gaussian', () => {
  it('keeps its digits far from zero', () => {
    const far = points(Float32Array.of(1e4 + 1, 1e4 + 2, 1e4 + 3), 1);
    const { mean, covariance } = fitGaussian(far);
    expect(mean[0]).toBeCloseTo(1e4 + 2, 9);
    expect(covariance.get(0, 0)).toBeCloseTo(1, 9);
  });
});

const kid = (a: typeof real, b: typeof real) => kernelDistance(a, b, plainProducts);

describe('the kernel distance', () => {
  it('is that of NumPy on made-up numbers (reference.py)', async () => {
    expect(await kid(real, fake)).toBeCloseTo(0.00017842584404448303, 12);
  });

  it('is the same either way round', async () => {
    expect(await kid(fake, real)).toBeCloseTo(await kid(real, fake), 12);
  });

  it('without bias is below zero for a set and itself, for equal pairs count in the middle only', async () => {
    expect(await kid(real, real)).toBeLessThan(0);
  });

  it('of two points each follows its definition', async () => {
    const [a, b] = [points(Float32Array.of(1, 2), 1), points(Float32Array.of(0, 3), 1)];
    const between = (1 ** 3 + 4 ** 3 + 1 ** 3 + 7 ** 3) / 4;
    expect(await kid(a, b)).toBeCloseTo(3 ** 3 + 1 ** 3 - 2 * between, 12);
  });

  it('refuses a single point', async () => {
    await expect(kid(real, madeUpPoints(1, 6, 1))).rejects.toThrow('KID takes 2 samples or more, and 1 were');
  });
});
