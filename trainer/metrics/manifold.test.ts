import { describe, expect, it } from 'vitest';
import { fillNormal } from '../random/streams.ts';
import { compareManifolds, squaredRadii } from './manifold.ts';
import { type Points, points } from './points.ts';
import { fake, madeUpPoints, plainProducts, real } from './points-fixture.ts';

const compare = (a: Points, b: Points, k?: number) => compareManifolds(a, b, plainProducts, k);
const normals = (count: number, size: number, index: number): Points => {
  const values = new Float32Array(count * size);
  fillNormal(values, { seed: 1, purpose: 'sample', step: 0, index });
  return points(values, size);
};
/** The same points in another order. */
const turned = (set: Points) => points(set.values.toReversed(), set.size);

describe('precision, recall, density and coverage', () => {
  it("are the reference implementation's on made-up numbers (reference.py)", async () => {
    const { precision, recall, density, coverage } = await compare(real, fake);
    expect(precision).toBeCloseTo(0.9166666666666666, 12);
    expect(recall).toBeCloseTo(0.6571428571428571, 12);
    expect(density).toBeCloseTo(1.0233333333333332, 12);
    expect(coverage).toBeCloseTo(0.7428571428571429, 12);
  });

  it('are whole for a set and itself', async () => {
    const { density, ...shares } = await compare(real, real);
    expect(shares).toEqual({ precision: 1, recall: 1, coverage: 1 });
    // A point lies in its own ball, beside those of the points that have it among their four nearest.
    expect(density).toBeGreaterThanOrEqual(1);
  });

  it('are nothing for sets far apart, but for balls that reach across', async () => {
    const away = points(
      real.values.map((value) => value + 100),
      real.size,
    );
    expect(await compare(real, away)).toEqual({ precision: 0, recall: 0, density: 0, coverage: 0 });
  });

  it('trade precision for recall when the sets change places', async () => {
    const [there, back] = [await compare(real, fake), await compare(fake, real)];
    expect([back.precision, back.recall]).toEqual([there.recall, there.precision]);
  });

  it('do not depend on the order of the points', async () => {
    const [a, b] = [turned(real), turned(fake)];
    expect(await compare(a, b)).toEqual(await compare(real, fake));
  });

  it('see a collapsed generator: one good sample, repeated', async () => {
    const first = real.values.subarray(0, real.size);
    const repeated = points(
      Float32Array.from({ length: 60 * real.size }, (_, i) => first[i % real.size]!),
      real.size,
    );
    const { precision, recall, coverage } = await compare(real, repeated);
    expect({ precision, recall }).toEqual({ precision: 1, recall: 0 });
    expect(coverage).toBeLessThan(0.2);
  });

  it('have the expectations of equal distributions (Naeem et al. 2020, section 3.3)', async () => {
    const n = 600;
    const { density, coverage } = await compare(normals(n, 8, 0), normals(n, 8, 1));
    const missed = [1, 2, 3, 4, 5].reduce((product, j) => (product * (n - j)) / (2 * n - j), 1);
    expect(Math.abs(density - 1)).toBeLessThan(0.1);
    expect(Math.abs(coverage - (1 - missed))).toBeLessThan(0.03);
  });

  it('refuse fewer points than a ball reaches to', async () => {
    await expect(compare(real, madeUpPoints(5, 6, 1))).rejects.toThrow(
      'the distance to 5 neighbours takes 6 samples or more, and 5 were given',
    );
  });
});

it('a ball reaches to the k-th nearest of the other points', async () => {
  const line = points(Float32Array.of(0, 1, 3, 7), 1);
  expect([...(await squaredRadii(line, plainProducts, 2))]).toEqual([9, 4, 9, 36]);
});
