import { expect, test } from 'vitest';
import { type ChartSpec, layoutChart, polyline, type Series } from './layout.ts';
import type { Point } from './scale.ts';

const series = (points: readonly Point[], more: Partial<Series> = {}): Series => ({
  key: 'lossD',
  label: 'Discriminator',
  voice: 'discriminator',
  points,
  ...more,
});
const chart = (...all: readonly Series[]): ChartSpec => ({ id: 'losses', title: 'Losses', series: all });

test('the x axis begins at epoch 0, so that the untrained network has its place', () => {
  const { xDomain, xTicks } = layoutChart(
    chart(
      series([
        [1, 1],
        [20, 2],
      ]),
    ),
  );
  expect(xDomain).toEqual([0, 20]);
  expect(xTicks.map(({ label }) => label)).toEqual(['0', '5', '10', '15', '20']);
});

test('a run of one epoch has a dot and no line', () => {
  const { lines, xDomain } = layoutChart(chart(series([[1, 0.7]])));
  expect(xDomain).toEqual([0, 1]);
  expect(lines[0]?.path).toBe('');
  expect(lines[0]?.dots).toHaveLength(1);
});

test('a line that ends before the others says where', () => {
  const long: Point[] = [
    [1, 1],
    [20, 2],
  ];
  const { lines, plot } = layoutChart(chart(series(long), series(long.slice(0, 1), { key: 'lossG' })));
  expect(lines[0]?.endX).toBe(plot.right);
  expect(lines[1]?.endX).toBe(lines[1]?.dots[0]?.[0]);
});

test('everything drawn lies inside the plot', () => {
  const points = Array.from({ length: 30 }, (_, i): Point => [i + 1, 3 * Math.sin(i)]);
  const { lines, plot } = layoutChart(chart(series(points)));
  for (const [x, y] of lines[0]?.dots ?? []) {
    expect(x).toBeGreaterThanOrEqual(plot.left);
    expect(x).toBeLessThanOrEqual(plot.right);
    expect(y).toBeGreaterThanOrEqual(plot.top);
    expect(y).toBeLessThanOrEqual(plot.bottom);
  }
});

test('one spike in the fine series does not flatten the means', () => {
  const detail = Array.from({ length: 300 }, (_, i): Point => [i / 30, i === 3 ? 900 : 1]);
  const { yTicks } = layoutChart(
    chart(
      series(
        [
          [1, 1],
          [10, 2],
        ],
        { detail },
      ),
    ),
  );
  expect(yTicks.at(-1)?.label).toBe('2');
});

test('labels of lines that end together are moved apart and stay in their order', () => {
  const { lines, plot } = layoutChart(
    chart(
      series([
        [1, 1],
        [2, 0],
      ]),
      series(
        [
          [1, 1],
          [2, 0.01],
        ],
        { key: 'lossG', voice: 'generator' },
      ),
    ),
  );
  const [lower, upper] = lines;
  expect((lower?.labelY ?? 0) - (upper?.labelY ?? 0)).toBeGreaterThanOrEqual(13.9);
  expect(lower?.labelY).toBeLessThanOrEqual(plot.bottom);
});

test('a logarithmic axis is given up where a value is zero', () => {
  const spec = {
    ...chart(
      series([
        [1, 0],
        [2, 1000],
      ]),
    ),
    log: true,
  };
  expect(layoutChart(spec).yTicks[0]?.label).toBe('0');
});

test('a logarithmic axis is given up where a value is too small to be halved', () => {
  expect(layoutChart({ ...chart(series([[1, 5e-324]])), log: true }).yTicks[0]?.label).toBe('0');
});

test('many epochs are drawn without dots', () => {
  const points = Array.from({ length: 200 }, (_, i): Point => [i + 1, i]);
  expect(layoutChart(chart(series(points))).lines[0]?.dots).toEqual([]);
});

test('a polyline needs two points', () => {
  expect(polyline([])).toBe('');
  expect(polyline([[1, 2]])).toBe('');
  expect(
    polyline([
      [1, 2],
      [3, 4],
    ]),
  ).toBe('M1 2L3 4');
});
