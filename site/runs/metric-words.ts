import { epochMetrics, epochSamples, type MetricName, metrics } from '../../trainer/metrics/names.ts';
import { formatCount } from '../format.ts';

const final = new Map<string, (typeof metrics)[MetricName]>(Object.entries(metrics));
/** What `evaluate` writes among the scores without being one. */
const counts = new Map([['epoch', 'scored epoch']]);
const byEpoch = new Map<string, MetricName>(Object.entries(epochMetrics));

/** How a score of `run.json` or `history.json` is called in print; a name that is not known stands for itself. */
export function metricTitle(name: string): string {
  const epochMetric = byEpoch.get(name);
  if (epochMetric) return `${metrics[epochMetric].title}, ${formatCount(epochSamples)} samples`;
  return final.get(name)?.title ?? counts.get(name) ?? name;
}
