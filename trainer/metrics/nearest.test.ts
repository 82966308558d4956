import { expect, it } from 'vitest';
import { closestOfEach, findNearest } from './nearest.ts';
import { points } from './points.ts';
import { fake, madeUpPoints, plainProducts, real } from './points-fixture.ts';

it('finds a copy of a training digit, at distance 0', async () => {
  const copies = points(real.values.slice(3 * real.size, 5 * real.size), real.size);
  const { index, distance } = await findNearest(copies, real, plainProducts);
  expect([...index]).toEqual([3, 4]);
  expect([...distance]).toEqual([0, 0]);
});

it('finds what a search one by one finds', async () => {
  const { distance } = await findNearest(fake, real, plainProducts);
  const row = (set: typeof real, i: number) => [...set.values.subarray(i * set.size, (i + 1) * set.size)];
  const reals = Array.from({ length: real.count }, (_, i) => row(real, i));
  for (let i = 0; i < fake.count; i++) {
    const own = row(fake, i);
    const all = reals.map((other) => Math.hypot(...other.map((value, k) => value - own[k]!)));
    expect(distance[i]).toBeCloseTo(Math.min(...all), 12);
  }
});

it('tells which sample of each kind is the closest, and of equals the first', () => {
  const nearest = { index: new Uint32Array(6), distance: Float64Array.of(3, 1, 2, 1, 9, 2) };
  expect(closestOfEach(nearest, [4, 4, 0, 4, 7, 0])).toEqual([2, 1, 4]);
});

it('refuses to look among none', async () => {
  await expect(findNearest(fake, madeUpPoints(0, 6, 1), plainProducts)).rejects.toThrow('takes 1 samples');
});
