import { formatCount } from '../../format.ts';
import { linearScale, round } from '../curves/scale.ts';

export interface HistogramLayout {
  readonly width: number;
  readonly height: number;
  /** The ground on which the bars stand. */
  readonly bottom: number;
  readonly bars: readonly {
    readonly digit: number;
    readonly count: number;
    readonly x: number;
    readonly y: number;
    readonly middle: number;
  }[];
  readonly barWidth: number;
  /** How high the bars are when all digits are drawn alike. */
  readonly even: { readonly count: number; readonly y: number };
}

const width = 360;
const height = 160;
const top = 16;
const bottom = 120;
/** Share of its place that a bar fills. */
const filled = 0.7;

/** Bars for how often each digit is drawn, `counts[d]` being that of digit d. */
export function layoutHistogram(counts: readonly number[]): HistogramLayout {
  const even = evenShare(counts);
  const y = linearScale([0, Math.max(1, even, ...counts)], [bottom, top]);
  const place = width / counts.length;
  return {
    width,
    height,
    bottom,
    bars: counts.map((count, digit) => ({
      digit,
      count,
      x: round(place * (digit + (1 - filled) / 2)),
      y: round(y(count)),
      middle: round(place * (digit + 0.5)),
    })),
    barWidth: round(place * filled),
    even: { count: even, y: round(y(even)) },
  };
}

/** The histogram in a sentence. */
export function histogramWords(counts: readonly number[]): string {
  const most = counts.indexOf(Math.max(...counts));
  const least = counts.indexOf(Math.min(...counts));
  if (most === least) return 'The classifier finds every digit equally often.';
  const [highest, lowest] = [most, least].map((digit) => formatCount(counts[digit] ?? 0));
  return `The classifier finds the digit ${most} most often (${highest}), ${least} least often (${lowest}); the dashed line is an even tenth, ${formatCount(evenShare(counts))}.`;
}

function evenShare(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length);
}
