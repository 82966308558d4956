import { expect, test } from 'vitest';
import { drawChart } from './draw.ts';
import type { ChartSpec, Series } from './layout.ts';
import type { Point } from './scale.ts';

const series = (points: readonly Point[], more: Partial<Series> = {}): Series => ({
  ...{ key: 'lossD', label: 'Discriminator', voice: 'discriminator', points },
  ...more,
});
const spec = (...all: readonly Series[]): ChartSpec => ({ id: 'losses', title: 'Losses', series: all });
const ends: Point[] = [
  [1, 0.7],
  [3, 0.5],
];
const wordsOf = (chart: ChartSpec) => /<desc [^>]*>(.*?)<\/desc>/.exec(drawChart(chart))?.[1];
const count = (html: string, part: string) => html.split(part).length - 1;

test('a curve in words says where it begins, ends and turns', () => {
  const [first, last] = ends as [Point, Point];
  expect(wordsOf(spec(series([first, [2, 0.2], last])))).toBe(
    'Discriminator: 0.7 at epoch 1, 0.5 at epoch 3; lowest 0.2 at epoch 2, highest 0.7 at epoch 1.',
  );
});

test('one value and none are said as such', () => {
  expect(wordsOf(spec(series([[1, 0.7]])))).toBe('Discriminator: 0.7 at epoch 1.');
  expect(wordsOf(spec(series([])))).toBe('Discriminator: no values.');
});

test('levels beside it and the best epoch are named too', () => {
  const beside = {
    ...spec(series([[1, 0.7]])),
    goal: { value: 0.1, label: 'real digits 0.1' },
    references: [{ value: 9, label: 'noise 9' }],
    best: 1,
  };
  expect(wordsOf(beside)).toBe(
    'Discriminator: 0.7 at epoch 1. For comparison: real digits 0.1, noise 9. The best epoch is 1.',
  );
});

test('a chart of a run has one cursor, one of a comparison has one for each side that has values', () => {
  const sides = spec(series(ends, { voice: 'a' }), series(ends, { voice: 'b' }), series([], { voice: 'c' }));
  expect(count(drawChart(spec(series(ends), series(ends))), 'class="cursor"')).toBe(1);
  const compared = drawChart(sides, { cursors: 'each' });
  expect(['cursor a', 'cursor b', 'cursor c'].map((name) => count(compared, `"${name}"`))).toEqual([1, 1, 0]);
  expect(count(compared, '<data')).toBe(3);
});

test('the fine series alone is cut at the plot, and a name stays text', () => {
  expect(drawChart(spec(series(ends)))).not.toContain('clipPath');
  const html = drawChart(spec(series(ends, { detail: ends, label: '<b>' })));
  expect(html).toContain('clip-path="url(#losses-plot)"');
  expect(html).toContain('&lt;b&gt;: 0.7');
  expect(html).not.toMatch(/<b>| style=/);
});
