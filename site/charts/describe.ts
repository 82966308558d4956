import { formatFigure } from '../format.ts';
import type { ChartSpec, Point, Series } from './layout.ts';

/** The chart in words, for those who do not see it: where each curve starts, ends, and goes between, and beside what. */
export function describeChart(spec: ChartSpec<string>): string {
  const { series, goal, references = [], best } = spec;
  const levels = [...(goal ? [goal] : []), ...references].map(({ label }) => label);
  const sentences = [
    ...series.map(describeSeries),
    ...(levels.length > 0 ? [`For comparison: ${levels.join(', ')}.`] : []),
    ...(best === undefined ? [] : [`The best epoch is ${best}.`]),
  ];
  return sentences.join(' ');
}

function describeSeries({ label, points }: Series<string>): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return `${label}: no values.`;
  if (points.length === 1) return `${label}: ${at(first)}.`;
  const lowest = points.reduce((best, point) => (point[1] < best[1] ? point : best));
  const highest = points.reduce((best, point) => (point[1] > best[1] ? point : best));
  return `${label}: ${at(first)}, ${at(last)}; lowest ${at(lowest)}, highest ${at(highest)}.`;
}

function at([epoch, value]: Point): string {
  return `${formatFigure(value)} at epoch ${formatFigure(epoch)}`;
}
