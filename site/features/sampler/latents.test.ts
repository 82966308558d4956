import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generatorInput, rowLabel } from '../../../trainer/random/latents.ts';
import { gridInput, latentDirections, shiftAlong, slerp, walkInput } from './latents.ts';

const shape = { latentSize: 4, classes: 3 };
const grid = { seed: 9, rows: 3, columns: 2, digit: undefined, truncation: 1, shift: new Float32Array(4) };

describe('the input of a grid', () => {
  test('untouched, it is what the trainer draws its grids from', () => {
    const trained = generatorInput({ seed: 9, first: 0, count: 6, ...shape, labelOf: rowLabel(2, 3) });
    expect(gridInput(shape, grid)).toEqual(trained);
  });

  test('truncated to nothing, every latent is the origin, and the classes stay', () => {
    const input = gridInput(shape, { ...grid, truncation: 0 });
    expect([...input.subarray(0, 7)].map(Math.abs)).toEqual([0, 0, 0, 0, 1, 0, 0]);
    expect([...input.subarray(-7)].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('one class is asked for in every row, from the same latents', () => {
    const input = gridInput(shape, { ...grid, digit: 2 });
    const rows = gridInput(shape, grid);
    for (let row = 0; row < 6; row++) {
      expect([...input.subarray(row * 7 + 4, row * 7 + 7)]).toEqual([0, 0, 1]);
      expect(input.subarray(row * 7, row * 7 + 4)).toEqual(rows.subarray(row * 7, row * 7 + 4));
    }
  });

  test('a shift moves every latent alike, and no class', () => {
    const shift = Float32Array.of(1, 0, -2, 0);
    const moved = gridInput(shape, { ...grid, shift });
    const still = gridInput(shape, grid);
    moved.forEach((value, i) => {
      expect(value).toBeCloseTo((still[i] ?? 0) + (shift[i % 7] ?? 0), 6);
    });
  });
});

test('a shift is the sum of the directions, each as far as it is followed', () => {
  const directions = Float32Array.of(1, 0, 0, 0, 0, 0.6, 0.8, 0);
  expect([...shiftAlong(directions, [2, -1], 4)].map((value) => Number(value.toFixed(6)))).toEqual([
    2, -0.6, -0.8, 0,
  ]);
});

describe('the arc between two latents', () => {
  const vector = fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((values) => Float32Array.from(values));

  test('begins at one and ends at the other', () => {
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        for (const [t, end] of [
          [0, a],
          [1, b],
        ] as const)
          slerp(a, b, t).forEach((value, i) => {
            expect(value).toBeCloseTo(end[i] ?? 0, 4);
          });
      }),
    );
  });

  test('keeps the length that both have', () => {
    const [a, b] = [Float32Array.of(2, 0, 0), Float32Array.of(0, 0, 2)];
    for (const t of [0.1, 0.5, 0.8]) expect(Math.hypot(...slerp(a, b, t))).toBeCloseTo(2, 6);
  });

  test('is the line where there is no arc: from the origin, and between parallel vectors', () => {
    expect([...slerp(Float32Array.of(0, 0), Float32Array.of(2, 4), 0.5)]).toEqual([1, 2]);
    expect([...slerp(Float32Array.of(1, 1), Float32Array.of(3, 3), 0.5)]).toEqual([2, 2]);
  });
});

test('a walk begins and ends at the two digits, and mixes their classes between', () => {
  const input = gridInput(shape, grid);
  const walk = walkInput(input, shape, { from: 1, to: 5, steps: 3 });
  expect(walk.length).toBe(3 * 7);
  for (const [step, index] of [
    [0, 1],
    [2, 5],
  ] as const)
    for (let i = 0; i < 7; i++) expect(walk[step * 7 + i]).toBeCloseTo(input[index * 7 + i] ?? 0, 5);
  expect([...walk.subarray(11, 14)]).toEqual([0.5, 0, 0.5]);
});

describe('the leading eigenvectors of A Aᵀ, A being a kernel,', () => {
  test('of a diagonal kernel are its axes, the largest first', () => {
    const kernel = { shape: [3, 3], values: Float32Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2) };
    const directions = latentDirections(kernel, { latentSize: 3, count: 2 });
    const vectors = [...directions].map((value) => Number(value.toFixed(5)));
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
        const rows = a.flatMap((u, i) => [
          ...u.map((x) => 0.1 * x),
          ...Array.from({ length: 4 }, (_, j) => (i === j ? Math.sqrt(4 - i) : 0)),
        ]);
        const kernel = { shape: [4, 9], values: Float32Array.from(rows) };
        const vectors = latentDirections(kernel, { latentSize: 4, count: 3 });
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

  test('of a kernel of zeros are zeros rather than not numbers', () => {
    expect(
      [
        ...latentDirections({ shape: [2, 2], values: new Float32Array(4) }, { latentSize: 2, count: 1 }),
      ].every(Number.isFinite),
    ).toBe(true);
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
