import { formatFigure } from '../../format.ts';
import type { Markup } from '../../markup.ts';
import { type Levels, layoutLevels, type References } from './levels.ts';
import {
  extent,
  type Interval,
  linearScale,
  linearTicks,
  logScale,
  logTicks,
  niceDomain,
  type Point,
  round,
  type Scale,
  withoutOutliers,
} from './scale.ts';

/**
 * Whose curve it is, from which its colour and its mark follow: one of the two networks, neither, or one of the runs that
 * are compared.
 */
export type Voice = 'generator' | 'discriminator' | 'neutral' | 'a' | 'b' | 'c' | 'd';

export interface Series {
  readonly key: string;
  readonly label: string;
  /** How the legend names it, where not by its label. */
  readonly legend?: readonly Markup[] | undefined;
  readonly voice: Voice;
  /** One point per epoch. */
  readonly points: readonly Point[];
  /** The same quantity in finer steps, drawn faintly behind. */
  readonly detail?: readonly Point[] | undefined;
}

export interface ChartSpec extends References {
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  /** Where the y axis ends; found from the data when left out. */
  readonly domain?: Interval | undefined;
  /** Equal factors take equal room; ignored when a value is not positive. */
  readonly log?: boolean | undefined;
  /** Which way is better, in words. */
  readonly note?: string | undefined;
  /** The epoch to mark as the best. */
  readonly best?: number | undefined;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Line {
  readonly voice: Voice;
  readonly path: string;
  readonly detail: string;
  readonly dots: readonly Point[];
  /** Where the line ends; undefined for one without points. */
  readonly endX: number | undefined;
  /** How high the mark at its end stands. */
  readonly labelY: number;
}

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly plot: { left: number; right: number; top: number; bottom: number };
  readonly xDomain: Interval;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly lines: readonly Line[];
  readonly levels: Levels;
  readonly bestX: number | undefined;
}

const width = 360;
const height = 216;
const plot = { left: 44, right: 330, top: 12, bottom: 184 };
/** Above this many epochs the dots would run into one another. */
const mostDots = 40;
const labelHeight = 14;

/** Turns data into the places of everything drawn; knows nothing of SVG but the syntax of a path. */
export function layoutChart(spec: ChartSpec): ChartLayout {
  const points = spec.series.flatMap((series) => [...series.points, ...(series.detail ?? [])]);
  const xDomain: Interval = [0, Math.max(1, extent(points.map(([x]) => x))[1])];
  const x = linearScale(xDomain, [plot.left, plot.right]);
  const vertical = verticalAxis(spec);
  const lines = spec.series.map((series) => layoutLine(series, x, vertical.scale));
  const corners = spec.series.flatMap((series) => place(series.points, x, vertical.scale));
  return {
    width,
    height,
    plot,
    xDomain,
    xTicks: linearTicks(xDomain, 6, 1).map((value) => ({ at: round(x(value)), label: formatFigure(value) })),
    yTicks: vertical.ticks.map((value) => ({ at: round(vertical.scale(value)), label: formatFigure(value) })),
    lines: spreadLabels(lines),
    levels: layoutLevels(spec, vertical.scale, plot, corners),
    bestX: spec.best === undefined ? undefined : round(x(spec.best)),
  };
}

function verticalAxis(spec: ChartSpec): { scale: Scale; ticks: number[] } {
  const means = spec.series.flatMap((series) => series.points.map(([, y]) => y));
  const details = spec.series.flatMap((series) => withoutOutliers((series.detail ?? []).map(([, y]) => y)));
  const values = [...means, ...details, ...(spec.goal ? [spec.goal.value] : [])];
  const range: Interval = [plot.bottom, plot.top];
  const [low, high] = extent(values);
  // Half of the smallest number is none.
  if (spec.log && low / 2 > 0) {
    const domain: Interval = low === high ? [low / 2, high * 2] : [low / 1.1, high * 1.1];
    return { scale: logScale(domain, range), ticks: logTicks(domain) };
  }
  const domain = spec.domain ?? niceDomain([0, ...values], 5);
  return { scale: linearScale(domain, range), ticks: linearTicks(domain, 5) };
}

function place(points: readonly Point[], x: Scale, y: Scale): Point[] {
  return points.map(([px, py]) => [round(x(px)), round(y(py))]);
}

function layoutLine(series: Series, x: Scale, y: Scale): Line {
  const placed = place(series.points, x, y);
  const detail = place(series.detail ?? [], x, y);
  const ends = [placed, detail].flatMap((points) => points.at(-1)?.[0] ?? []);
  return {
    voice: series.voice,
    path: polyline(placed),
    detail: polyline(detail),
    dots: placed.length <= mostDots ? placed : [],
    endX: ends.length > 0 ? Math.max(...ends) : undefined,
    labelY: placed.at(-1)?.[1] ?? plot.bottom,
  };
}

export function polyline(points: readonly Point[]): string {
  if (points.length < 2) return '';
  return `M${points.map(([x, y]) => `${x} ${y}`).join('L')}`;
}

/** Moves the labels at the lines' ends apart until none covers another, keeping their order and the plot's bounds. */
function spreadLabels(lines: readonly Line[]): Line[] {
  const order = lines.map((line, index) => ({ index, y: line.labelY })).sort((a, b) => a.y - b.y);
  order.forEach((label, i) => {
    const above = order[i - 1];
    if (above) label.y = Math.max(label.y, above.y + labelHeight);
  });
  const overflow = (order.at(-1)?.y ?? 0) - plot.bottom;
  if (overflow > 0) {
    for (let i = order.length - 1, limit = plot.bottom; i >= 0; i--, limit -= labelHeight) {
      const label = order[i];
      if (label) label.y = Math.min(label.y, limit);
    }
  }
  return lines.map((line, index) => ({
    ...line,
    labelY: order.find((label) => label.index === index)?.y ?? line.labelY,
  }));
}
