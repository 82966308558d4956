import { type MetricAbout, type MetricName, metricNames, metrics } from '../../../trainer/metrics/names.ts';
import { formatFigure } from '../../format.ts';

export type Scores = Readonly<Partial<Record<string, number>>>;

export interface ScoreRow extends Pick<MetricAbout, 'title' | 'about'> {
  /** Why a run has none. */
  readonly note: string | undefined;
  /** Of the run, then of each set beside it. */
  readonly values: readonly string[];
}

const noLabels = 'n/a: this generator is told no class, so its samples have no labels to learn from';

/**
 * The table of a run's final scores, in reading order.
 *
 * @param beside scores of other sets
 * @param classes that the generator is told, 0 for none
 */
export function scoreRows(scores: Scores, beside: readonly Scores[], classes: number): ScoreRow[] {
  const lacksLabels = (name: MetricName) => name === 'tstr' && classes === 0;
  return metricNames
    .filter((name) => scores[name] !== undefined || lacksLabels(name))
    .map((name) => ({
      title: metrics[name].title,
      about: metrics[name].about,
      note: lacksLabels(name) ? noLabels : undefined,
      values: [
        lacksLabels(name) ? 'n/a' : figure(scores[name]),
        ...beside.map((other) => figure(other[name])),
      ],
    }));
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : formatFigure(value);
}

/** Of the distance that real digits have: above it nothing hints at copies, below it much does. */
const likeReal = 0.9;
const farCloser = 0.5;

/**
 * Whether samples look copied from the training digits, in a sentence.
 *
 * @param samples mean distance from a sample to the training digit most like it
 * @param real the same of digits that nobody trained on
 */
export function copyingWords(samples: number, real: number): string {
  const compared = `On average a sample is ${formatFigure(samples)} away from its nearest training digit, a real digit that nobody trained on ${formatFigure(real)}`;
  const share = samples / real;
  if (share >= likeReal) return `${compared}: nothing here looks copied.`;
  if (share >= farCloser)
    return `${compared}: closer than real digits come, so look at the pairs for copies.`;
  return `${compared}: far closer than real digits come, so they look copied.`;
}
