import { formatFigure } from '../../format.ts';
import { element, type Markup, toHtml } from '../../markup.ts';
import { type ChartLayout, type ChartSpec, layoutChart, type Series, type Voice } from './layout.ts';
import type { Point } from './scale.ts';

/** What stands at the end of a curve, so that colour is never the only mark. */
const marks: Readonly<Record<Voice, string>> = {
  ...{ generator: 'G', discriminator: 'D', neutral: '' },
  ...{ a: 'A', b: 'B', c: 'C', d: 'D' },
};

/**
 * A chart as HTML: heading, legend, and the curves in words for those who do not see them. The build writes it into
 * pages, the comparison into its own. `chart-cursor.ts` moves the cursors, the rings and the legend's numbers.
 *
 * @param cursors one for each curve in its own colour, or one for all
 */
export function drawChart(spec: ChartSpec, { cursors = 'one' }: { cursors?: 'one' | 'each' } = {}): string {
  const layout = layoutChart(spec);
  const note = spec.note ? [element('li', { class: 'legend-note' }, spec.note)] : [];
  const heading = element(
    'figcaption',
    {},
    element('h3', {}, spec.title),
    element('ul', { class: 'legend' }, ...spec.series.map(legendOf), ...note),
  );
  return toHtml(element('figure', { class: 'chart' }, heading, plotOf(spec, layout, cursors)));
}

function legendOf({ key, label, legend = [`${label} `], voice, points }: Series): Markup {
  const last = points.at(-1)?.[1];
  const value = element(
    'data',
    { 'data-key': key, value: last },
    last === undefined ? '–' : formatFigure(last),
  );
  return element('li', { class: voice }, ...legend, value);
}

function plotOf(spec: ChartSpec, layout: ChartLayout, cursors: 'one' | 'each'): Markup {
  const { width, height, plot, xDomain, lines, levels } = layout;
  const [title, description, clip] = ['title', 'description', 'plot'].map((part) => `${spec.id}-${part}`);
  const upright = `M0 ${plot.top}V${plot.bottom}`;
  const drawn = lines.filter(({ endX }) => endX !== undefined);
  const voices = cursors === 'one' ? [''] : drawn.map(({ voice }) => ` ${voice}`);
  return element(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': title,
      'aria-describedby': description,
      ...{ 'data-left': plot.left, 'data-right': plot.right, 'data-from': xDomain[0], 'data-to': xDomain[1] },
    },
    element('title', { id: title }, `${spec.title}, by epoch`),
    element('desc', { id: description }, describe(spec)),
    axesOf(layout),
    ...(lines.some(({ detail }) => detail) ? detailsOf(layout, clip) : []),
    ...voices.map((voice) => element('path', { class: `cursor${voice}`, d: upright })),
    ...drawn.map(({ voice, path, dots, endX = 0, labelY }) =>
      element(
        'g',
        { class: `line ${voice}` },
        ...(path ? [element('path', { d: path }), element('circle', { class: 'ring', r: 4.5 })] : []),
        ...dots.map(([cx, cy]) => element('circle', { cx, cy, r: 2 })),
        ...(marks[voice] ? [element('text', { x: endX + 8, y: labelY, dy: '.32em' }, marks[voice])] : []),
      ),
    ),
    ...levels.names.map(({ label, anchor, x, y }) =>
      element('text', { class: 'level-name', x, y, 'text-anchor': anchor }, label),
    ),
  );
}

function axesOf({ height, plot, xTicks, yTicks, levels, bestX }: ChartLayout): Markup {
  const across = `H${plot.right}`;
  return element(
    'g',
    { class: 'axis' },
    ...yTicks.flatMap(({ at, label }) => [
      element('path', { class: 'rule', d: `M${plot.left} ${at}${across}` }),
      element('text', { x: plot.left - 6, y: at, dy: '.32em', 'text-anchor': 'end' }, label),
    ]),
    ...xTicks.map(({ at, label }) =>
      element('text', { x: at, y: plot.bottom + 18, 'text-anchor': 'middle' }, label),
    ),
    element('text', { class: 'axis-name', x: plot.right, y: height - 1, 'text-anchor': 'end' }, 'epoch'),
    ...levels.lines.map(({ kind, y }) => element('path', { class: kind, d: `M${plot.left} ${y}${across}` })),
    ...(bestX === undefined
      ? []
      : [element('path', { class: 'best', d: `M${bestX} ${plot.bottom + 1}l4 7h-8z` })]),
  );
}

/** The fine series, cut off where they leave the plot. */
function detailsOf({ plot, lines }: ChartLayout, id: string | undefined): Markup[] {
  const { left: x, top: y, right, bottom } = plot;
  return [
    element('clipPath', { id }, element('rect', { x, y, width: right - x, height: bottom - y })),
    element(
      'g',
      { 'clip-path': `url(#${id})` },
      ...lines.flatMap(({ voice, detail: d }) =>
        d ? [element('path', { class: `detail ${voice}`, d })] : [],
      ),
    ),
  ];
}

/** The chart in words: where each curve starts, ends, and goes between, and beside what. */
function describe({ series, goal, references = [], best }: ChartSpec): string {
  const levels = [...(goal ? [goal] : []), ...references].map(({ label }) => label);
  const sentences = [
    ...series.map(describeSeries),
    ...(levels.length > 0 ? [`For comparison: ${levels.join(', ')}.`] : []),
    ...(best === undefined ? [] : [`The best epoch is ${best}.`]),
  ];
  return sentences.join(' ');
}

function describeSeries({ label, points }: Series): string {
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
