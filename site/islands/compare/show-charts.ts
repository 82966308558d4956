import { compareCharts, pointsOf, type SideSpec } from '../../charts/compare-charts.ts';
import { describeChart } from '../../charts/describe.ts';
import { type ChartLayout, layoutChart } from '../../charts/layout.ts';
import { formatFigure } from '../../format.ts';
import type { SideLetter } from '../../runs/side-letters.ts';
import { type Comparison, frameAt, type Side } from './comparison.ts';
import { html, svg } from './draw.ts';
import { letterMark } from './letter-mark.ts';

type SideLayout = ChartLayout<SideLetter>;

/** Draws the curves of all sides over one another; returns what moves their cursors. */
export function drawCharts(root: Element, sides: readonly Side[]): (comparison: Comparison) => void {
  const charts = compareCharts(sides).map((spec) => drawChart(spec, sides));
  const nothing = html('p', {}, 'None of these runs has ended an epoch yet, so there is nothing to draw.');
  root.replaceChildren(...(charts.length > 0 ? charts.map(({ figure }) => figure) : [nothing]));
  return ({ sides: now }) => {
    for (const { move } of charts) for (const side of now) move(side);
  };
}

function drawChart(
  spec: SideSpec,
  sides: readonly Side[],
): { figure: HTMLElement; move: (side: Side) => void } {
  const layout = layoutChart(spec);
  const { plot, xDomain } = layout;
  const values = new Map(sides.map(({ letter }) => [letter, html('data')]));
  const cursors = new Map(
    spec.series.map(({ voice }) => [
      voice,
      svg('path', { class: `cursor ${voice}`, d: `M0 ${plot.top}V${plot.bottom}` }),
    ]),
  );
  const legend = sides.map(({ letter, run }) => {
    const value = values.get(letter) ?? '';
    return html('li', {}, letterMark(letter), html('span', {}, run.name), value);
  });
  const note = spec.note ? [html('li', { class: 'legend-note' }, spec.note)] : [];
  const figure = html(
    'figure',
    { class: 'chart' },
    html('figcaption', {}, html('h3', {}, spec.title), html('ul', { class: 'legend' }, ...legend, ...note)),
    drawPlot(spec, layout, [...cursors.values()]),
  );
  const key = spec.series[0]?.key ?? '';
  const move = ({ letter, run, epoch }: Side) => {
    const shown = frameAt(run, epoch).epoch;
    const point = pointsOf(run, key).find(([x]) => x === shown);
    const value = values.get(letter);
    if (value) value.textContent = point ? formatFigure(point[1]) : '–';
    const share = (shown - xDomain[0]) / (xDomain[1] - xDomain[0]);
    const x = plot.left + share * (plot.right - plot.left);
    const cursor = cursors.get(letter);
    cursor?.setAttribute('transform', `translate(${x} 0)`);
    cursor?.setAttribute('data-shown', '');
  };
  return { figure, move };
}

function drawPlot(spec: SideSpec, layout: SideLayout, cursors: readonly SVGElement[]): SVGSVGElement {
  const { width, height } = layout;
  const [title, description] = [`${spec.id}-title`, `${spec.id}-description`];
  return svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': title,
      'aria-describedby': description,
    },
    svg('title', { id: title }, `${spec.title}, by epoch`),
    svg('desc', { id: description }, describeChart(spec)),
    drawAxes(layout),
    ...cursors,
    ...layout.lines.map(({ voice, path, dots, endX, labelY }) =>
      svg(
        'g',
        { class: `line ${voice}` },
        svg('path', { d: path }),
        ...dots.map(([cx, cy]) => svg('circle', { cx, cy, r: 2 })),
        svg('text', { x: endX + 8, y: labelY, dy: '.32em' }, voice.toUpperCase()),
      ),
    ),
    ...layout.levels.names.map(({ label, anchor, ...place }) =>
      svg('text', { class: 'level-name', 'text-anchor': anchor, ...place }, label),
    ),
  );
}

function drawAxes({ height, plot, xTicks, yTicks, levels }: SideLayout): SVGGElement {
  const across = `H${plot.right}`;
  return svg(
    'g',
    { class: 'axis' },
    ...yTicks.flatMap(({ at, label }) => [
      svg('path', { class: 'rule', d: `M${plot.left} ${at}${across}` }),
      svg('text', { x: plot.left - 6, y: at, dy: '.32em', 'text-anchor': 'end' }, label),
    ]),
    ...xTicks.map(({ at, label }) =>
      svg('text', { x: at, y: plot.bottom + 18, 'text-anchor': 'middle' }, label),
    ),
    svg('text', { class: 'axis-name', x: plot.right, y: height - 1, 'text-anchor': 'end' }, 'epoch'),
    ...levels.lines.map(({ kind, y }) => svg('path', { class: kind, d: `M${plot.left} ${y}${across}` })),
  );
}
