import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latentDirections, leadingEigenvectors } from './directions.ts';

describe('the leading eigenvectors of a matrix', () => {
  test('of a diagonal one are its axes, the largest first', () => {
    const matrix = Float64Array.of(1, 0, 0, 0, 9, 0, 0, 0, 4);
    const vectors = [...leadingEigenvectors(matrix, 3, 2)].map((value) => Number(value.toFixed(5)));
    expect(vectors.map(Math.abs)).toEqual([0, 1, 0, 0, 0, 1]);
  });

  test('have length 1, stand upright on one another, and point where their largest component is positive', () => {
    const rows = fc.array(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      {
        minLength: 4,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(rows, (a) => {
        // A Aᵀ + diagonal(4, 3, 2, 1): symmetric, with eigenvalues well apart.
        const dot = (u: readonly number[], w: readonly number[]) =>
          u.reduce((s, x, i) => s + x * (w[i] ?? 0), 0);
        const matrix = Float64Array.from(
          a.flatMap((u, i) => a.map((w, j) => 0.01 * dot(u, w) + (i === j ? 4 - i : 0))),
        );
        const vectors = leadingEigenvectors(matrix, 4, 3);
        const vector = (k: number) => [...vectors.subarray(k * 4, k * 4 + 4)];
        for (let k = 0; k < 3; k++) {
          expect(dot(vector(k), vector(k))).toBeCloseTo(1, 5);
          for (let other = 0; other < k; other++) expect(dot(vector(k), vector(other))).toBeCloseTo(0, 3);
          const largest = vector(k).reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
          expect(largest).toBeGreaterThan(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('of a matrix of zeros are zeros rather than not numbers', () => {
    expect([...leadingEigenvectors(new Float64Array(4), 2, 1)].every(Number.isFinite)).toBe(true);
  });
});

describe('the directions of a latent', () => {
  // The second component of the latent moves the units most, then the first; the third row is a class.
  const dense = { shape: [3, 2], values: Float32Array.of(2, 0, 0, 5, 9, 9) };

  test('are those along which the first layer changes most, classes left out', () => {
    expect([...latentDirections(dense, { latentSize: 2, count: 2 })].map(Math.abs)).toEqual([0, 1, 1, 0]);
  });

  test('are the same for a convolution of one pixel, which has its inputs last', () => {
    const conv = { shape: [1, 2, 1, 2], values: Float32Array.of(2, 0, 0, 5) };
    expect([...latentDirections(conv, { latentSize: 2, count: 2 })].map(Math.abs)).toEqual([0, 1, 1, 0]);
  });
});
