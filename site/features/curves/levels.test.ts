import { expect, test } from 'vitest';
import { layoutLevels } from './levels.ts';
import { linearScale } from './scale.ts';

const plot = { left: 40, right: 340, top: 10 };
/** 0 lies at 110, 100 at the top of the plot. */
const scale = linearScale([0, 100], [110, 10]);
const level = (value: number, label = `level ${value}`) => ({ value, label });

test('the goal is named on the left and the others on the right, each over its line', () => {
  const { lines, names } = layoutLevels({ goal: level(80), references: [level(20)] }, scale, plot, []);
  expect(lines).toEqual([
    { kind: 'goal', y: 30 },
    { kind: 'reference', y: 90 },
  ]);
  expect(names).toEqual([
    { x: 44, y: 25, anchor: 'start', label: 'level 80' },
    { x: 336, y: 85, anchor: 'end', label: 'level 20' },
  ]);
});

test('levels above the plot have no line and are named over it, the farthest first', () => {
  const { lines, names } = layoutLevels({ references: [level(150), level(50), level(900)] }, scale, plot, []);
  expect(lines).toEqual([{ kind: 'reference', y: 60 }]);
  expect(names.map(({ label }) => label)).toEqual(['level 50', '↑ off the chart: level 900, level 150']);
  expect(names[1]?.y).toBeLessThan(plot.top);
});

test('levels that lie together keep their lines and share a name', () => {
  const { lines, names } = layoutLevels({ references: [level(0), level(5), level(40)] }, scale, plot, []);
  expect(lines).toHaveLength(3);
  expect(names.map(({ label }) => label)).toEqual(['level 40', 'level 5, level 0']);
});

test('a name that would cover the line above it stands under its own', () => {
  const { names } = layoutLevels({ goal: level(92), references: [level(100)] }, scale, plot, []);
  expect(names.find(({ label }) => label === 'level 92')?.y).toBeGreaterThan(scale(92));
});

test('a name that stands under its line stands under the curves that are there, too', () => {
  const corners: [number, number][] = [
    [60, 28],
    [330, 20],
  ];
  const levels = { goal: level(92), references: [level(100)] };
  expect(layoutLevels(levels, scale, plot, corners).names[0]?.y).toBeGreaterThan(28 + 10);
});

test('the goal is named at the end that the curves keep away from', () => {
  const sideOf = (...curves: [number, number][]) =>
    layoutLevels({ goal: level(50) }, scale, plot, curves).names[0]?.anchor;
  expect(sideOf([50, 10], [330, 58])).toBe('start');
  expect(sideOf([50, 58], [330, 10])).toBe('end');
});

test('a chart without levels has none', () => {
  expect(layoutLevels({}, scale, plot, [])).toEqual({ lines: [], names: [] });
});
