import { expect, test } from 'vitest';
import type { Point } from './layout.ts';
import { thin } from './thin.ts';

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
