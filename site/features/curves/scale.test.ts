import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  extent,
  linearScale,
  linearTicks,
  logScale,
  logTicks,
  niceDomain,
  niceStep,
  type Point,
  thin,
  withoutOutliers,
} from './scale.ts';

const interval = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
  .map(([from, span]) => [from, from + span] as const)
  .filter(([from, to]) => to - from > 1e-6);

test('a linear scale maps the ends of the domain to the ends of the range', () => {
  const scale = linearScale([0, 20], [44, 330]);
  expect([scale(0), scale(10), scale(20)]).toEqual([44, 187, 330]);
});

test('an empty domain maps everything to the start instead of dividing by zero', () => {
  expect(linearScale([3, 3], [10, 20])(3)).toBe(10);
});

test('a logarithmic scale gives equal room to equal factors, and refuses what has no logarithm', () => {
  const scale = logScale([0.1, 1000], [0, 400]);
  expect(scale(1)).toBeCloseTo(100);
  expect(scale(10)).toBeCloseTo(200);
  expect(() => logScale([0, 1], [0, 1])).toThrow('positive');
});

test('steps are 1, 2 or 5 times a power of ten', () => {
  expect(niceStep(1, 5)).toBeCloseTo(0.2);
  expect(niceStep(20, 6)).toBe(5);
  expect(niceStep(700, 5)).toBe(200);
});

test('ticks are round, without binary dust', () => {
  expect(linearTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks([0, 2], 6, 1)).toEqual([0, 1, 2]);
  expect(linearTicks([0.07, 0.31], 5)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3]);
});

test('ticks lie in the domain and are never many', () => {
  fc.assert(
    fc.property(interval, ([from, to]) => {
      const ticks = linearTicks([from, to], 5);
      const slack = (to - from) * 1e-3;
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks.every((tick) => tick >= from - slack && tick <= to + slack)).toBe(true);
    }),
  );
});

test('logarithmic ticks are powers of ten, with 2 and 5 where the domain is short, and even steps where it is shorter', () => {
  expect(logTicks([0.01, 1000])).toEqual([0.01, 0.1, 1, 10, 100, 1000]);
  expect(logTicks([0.8, 25])).toEqual([1, 2, 5, 10, 20]);
  expect(logTicks([0.13, 0.33])).toEqual([0.15, 0.2, 0.25, 0.3]);
});

test('a nice domain holds every value, also of none and of equal ones', () => {
  expect(niceDomain([0.13, 2.7], 5)).toEqual([0, 3]);
  expect(niceDomain([], 5)).toEqual([0, 1]);
  expect(niceDomain([4, 4], 5)).toEqual([0, 4]);
  expect(niceDomain([-4], 5)).toEqual([-4, 0]);
  expect(niceDomain([0, 5e-324], 5)).toEqual([0, 1]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const [low, high] = extent(values);
      const domain = niceDomain(values, 5);
      const slack = (high - low) * 1e-6 + 1e-9;
      expect(domain[0]).toBeLessThanOrEqual(low + slack);
      expect(domain[1]).toBeGreaterThanOrEqual(high - slack);
    }),
  );
});

test('one spike among many values is an outlier; among few it is not', () => {
  const calm = Array.from({ length: 199 }, (_, i) => i / 199);
  expect(Math.max(...withoutOutliers([...calm, 1000]))).toBeLessThan(1);
  expect(withoutOutliers([1, 1000])).toEqual([1, 1000]);
});

const wave = Array.from({ length: 2000 }, (_, i): Point => [i, i === 777 ? 50 : Math.sin(i / 30)]);

test('a long series is cut to the count and keeps its spike and its order', () => {
  const kept = thin(wave, 280);
  expect(kept.length).toBeLessThanOrEqual(280);
  expect(kept).toContainEqual([777, 50]);
  expect(kept.every(([x], i) => i === 0 || x > (kept[i - 1]?.[0] ?? Number.NaN))).toBe(true);
});

test('a short series is left as it is', () => {
  expect(thin(wave.slice(0, 280), 280)).toEqual(wave.slice(0, 280));
});
