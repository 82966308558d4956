import type { Point } from './layout.ts';

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
