/** Maps a value of the data to a place in the drawing. */
export type Scale = (value: number) => number;
export type Interval = readonly [number, number];
export type Point = readonly [x: number, y: number];

export function linearScale([from, to]: Interval, [start, end]: Interval): Scale {
  const perUnit = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * perUnit;
}

/** Equal factors take equal room. The domain must be positive. */
export function logScale([from, to]: Interval, range: Interval): Scale {
  if (from <= 0) throw new RangeError(`a logarithmic scale needs a positive domain, got ${from}`);
  const linear = linearScale([Math.log10(from), Math.log10(to)], range);
  return (value) => linear(Math.log10(value));
}

/** The step of 1, 2 or 5 times a power of ten that cuts `span` into at most `count` pieces. */
export function niceStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Round numbers inside the domain, ends included. */
export function linearTicks([from, to]: Interval, count: number, minimumStep = 0): number[] {
  if (!(to > from)) return [from];
  const step = Math.max(niceStep(to - from, count), minimumStep);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => roundTo((first + i) * step, step));
}

/**
 * Powers of ten inside the domain, with 2 and 5 between them where there is room for few, and even steps where there is
 * room for hardly one.
 */
export function logTicks([from, to]: Interval): number[] {
  if (to / from < 5) return linearTicks([from, to], 4);
  const lowest = Math.floor(Math.log10(from));
  const highest = Math.ceil(Math.log10(to));
  const factors = to / from <= 100 ? [1, 2, 5] : [1];
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, i) =>
    factors.map((factor) => roundTo(factor * 10 ** (lowest + i), 10 ** (lowest + i))),
  ).flat();
  return ticks.filter((tick) => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9));
}

/** The smallest interval with round ends that holds every value; never empty. */
export function niceDomain(values: readonly number[], count: number): Interval {
  const [low, high] = extent(values);
  // Below this even a power of ten is not a number that can be divided by.
  if (high - low < 1e-300) return Math.abs(low) < 1e-300 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  const step = niceStep(high - low, count);
  return [roundTo(Math.floor(low / step) * step, step), roundTo(Math.ceil(high / step) * step, step)];
}

export function extent(values: readonly number[]): Interval {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

/** The values without the share `cut` at either end, so that a single spike does not flatten a curve. */
export function withoutOutliers(values: readonly number[], cut = 0.01): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const dropped = Math.floor(sorted.length * cut);
  return sorted.slice(dropped, sorted.length - dropped);
}

/** Removes the binary dust of repeated addition: .30000000000000004 → .3 */
function roundTo(value: number, step: number): number {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(step)));
  return digits > 100 ? value : Number(value.toFixed(digits));
}

/** No drawing is as large, and SVG takes no numbers of a hundred digits. */
const farOutside = 1e6;

/** To a tenth of the drawing's unit, for shorter markup. */
export function round(place: number): number {
  return Math.round(Math.max(-farOutside, Math.min(place, farOutside)) * 10) / 10;
}

/**
 * At most `count` points with the same look: of each run of neighbours the lowest and the highest are kept,
 * in their order, so that spikes stay.
 */
export function thin(points: readonly Point[], count: number): Point[] {
  if (points.length <= count) return [...points];
  const perBucket = Math.ceil(points.length / Math.floor(count / 2));
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += perBucket) {
    const bucket = points.slice(start, start + perBucket);
    const low = bucket.reduce((best, point) => (point[1] < best[1] ? point : best));
    const high = bucket.reduce((best, point) => (point[1] > best[1] ? point : best));
    kept.push(...(low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low]));
  }
  return kept;
}
