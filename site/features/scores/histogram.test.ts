import { expect, test } from 'vitest';
import { histogramWords, layoutHistogram } from './histogram.ts';

const counts = [50, 150, 100, 100, 100, 100, 100, 100, 100, 100];

test('bars are as high as their counts, and an even tenth lies at its own', () => {
  const { bars, even, bottom } = layoutHistogram(counts);
  const heights = bars.map(({ y }) => bottom - y);
  expect(heights[1]).toBeCloseTo(3 * (heights[0] ?? 0), 0);
  expect(heights[2]).toBeCloseTo(bottom - even.y, 0);
  expect(bars.map(({ digit }) => digit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('bars stand side by side within the drawing', () => {
  const { bars, barWidth, width } = layoutHistogram(counts);
  bars.slice(1).forEach(({ x }, i) => {
    expect(x).toBeGreaterThan((bars[i]?.x ?? 0) + barWidth);
  });
  expect((bars.at(-1)?.x ?? 0) + barWidth).toBeLessThan(width);
});

test('a generator that draws nothing but one digit fills one bar', () => {
  const { bars, bottom } = layoutHistogram([0, 0, 0, 0, 0, 1000, 0, 0, 0, 0]);
  expect(bars.filter(({ y }) => y < bottom).map(({ digit }) => digit)).toEqual([5]);
});

test('in words it is the extremes, beside what would be even', () => {
  expect(histogramWords(counts)).toBe(
    'The classifier finds the digit 1 most often (150), 0 least often (50); the dashed line is an even tenth, 100.',
  );
  expect(histogramWords(Array.from({ length: 10 }, () => 7))).toBe(
    'The classifier finds every digit equally often.',
  );
});

test.each([[[]], [[0, 0]]])('counts of %j have their places too', (counts) => {
  const { bars, barWidth, even } = layoutHistogram(counts);
  for (const place of [barWidth, even.y, ...bars.flatMap(({ x, y, middle }) => [x, y, middle])])
    expect(Number.isFinite(place)).toBe(true);
});
