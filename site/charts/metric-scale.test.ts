import { expect, test } from 'vitest';
import { layoutChart } from './layout.ts';
import { metricScale } from './metric-scale.ts';

test('the score of an epoch is drawn beside real digits, a collapsed generator and noise', () => {
  const { goal, references, log, note } = metricScale('fcd2k');
  expect(goal?.label).toMatch(/^real digits [\d.]+$/);
  expect(references?.map(({ label }) => label)).toEqual([
    expect.stringMatching(/^one digit repeated [\d.]+$/),
    expect.stringMatching(/^noise [\d.]+$/),
  ]);
  expect({ log, note }).toEqual({ log: true, note: 'lower is better' });
});

test('a share is drawn from 0 to 1', () => {
  expect(metricScale('recall2k')).toMatchObject({ domain: [0, 1], note: 'higher is better' });
});

test('a score without anchors has no scale: a final one, and one that is not known', () => {
  expect(metricScale('fcd')).toEqual({});
  expect(metricScale('toString')).toEqual({});
});

test('what real digits reach is on the chart of a run that is far from it, and noise is not', () => {
  const series = [
    {
      key: 'fcd2k',
      label: 'This run',
      voice: 'neutral' as const,
      points: [[1, 30] as const, [2, 20] as const],
    },
  ];
  const { plot, levels } = layoutChart({ id: 'fcd', title: 'FCD', series, ...metricScale('fcd2k') });
  const goal = levels.lines.find(({ kind }) => kind === 'goal');
  expect(goal?.y).toBeLessThanOrEqual(plot.bottom);
  expect(levels.names.at(-1)?.label).toMatch(/off the chart: noise .*, one digit repeated /);
});
