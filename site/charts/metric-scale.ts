import anchorsJson from '../../trainer/metrics/anchors.json';
import { anchorsSchema } from '../../trainer/metrics/anchors.ts';
import {
  type EpochMetric,
  epochMetricNames,
  epochMetrics,
  type MetricName,
  metrics,
} from '../../trainer/metrics/names.ts';
import { formatFigure } from '../format.ts';
import type { ChartSpec } from './layout.ts';
import type { Reference } from './levels.ts';

/** How a quantity is drawn, whosever it is. */
export type MetricScale = Pick<ChartSpec, 'domain' | 'log' | 'goal' | 'references' | 'note'>;

const { epochAnchors } = anchorsSchema.parse(anchorsJson);

/** Axes that say more than one that is found from the data. */
const axes: Partial<Record<MetricName, MetricScale>> = {
  // Falls by a factor of ten or more in the first epochs and by tenths in the last.
  fcd: { log: true },
  precision: { domain: [0, 1] },
  recall: { domain: [0, 1] },
  // Chance alone moves it by hundredths, which would look like a trend.
  classTotalVariation: { domain: [0, 1] },
};
const notes = { lower: 'lower is better', higher: 'higher is better', real: undefined } as const;

/** The scale of an epoch's score: with what real digits reach, a collapsed generator and noise; empty for other names. */
export function metricScale(name: string): MetricScale {
  const known = epochMetricNames.find((candidate) => candidate === name);
  if (!known) return {};
  const metric = epochMetrics[known];
  return {
    ...axes[metric],
    note: notes[metrics[metric].better],
    goal: anchorAt(epochAnchors.real, known),
    references: [epochAnchors.repeated, epochAnchors.noise].map((anchor) => anchorAt(anchor, known)),
  };
}

type Anchor = (typeof epochAnchors)[keyof typeof epochAnchors];

function anchorAt({ title, scores }: Anchor, name: EpochMetric): Reference {
  return { value: scores[name], label: `${title} ${formatFigure(scores[name])}` };
}
