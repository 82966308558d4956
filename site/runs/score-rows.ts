import { type MetricAbout, type MetricName, metricNames, metrics } from '../../trainer/metrics/names.ts';
import { formatFigure } from '../format.ts';

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
