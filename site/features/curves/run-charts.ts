import { type ChartName, charts, columnTable } from '../../../trainer/artifacts/columns.ts';
import type { EpochRecord, History } from '../../../trainer/artifacts/schema.ts';
import anchorsJson from '../../../trainer/metrics/anchors.json';
import { anchorsSchema } from '../../../trainer/metrics/anchors.ts';
import {
  type EpochMetric,
  epochMetricNames,
  epochMetrics,
  epochSamples,
  type MetricName,
  metrics,
} from '../../../trainer/metrics/names.ts';
import { formatCount, formatFigure } from '../../format.ts';
import type { ChartSpec, Series } from './layout.ts';
import type { Reference } from './levels.ts';
import { type Point, thin } from './scale.ts';

/** How a quantity is drawn, whosever it is. */
export type QuantityScale = Pick<ChartSpec, 'domain' | 'log' | 'goal' | 'references' | 'note'>;

/** About one point per pixel of the plot. */
const mostDetail = 280;

/** What a curve is called in a chart where nothing else tells it apart. */
const voices = { discriminator: 'Discriminator', generator: 'Generator', neutral: undefined };

/**
 * The charts of a run, in reading order: the scores, which tell most, come first. Empty while no epoch has ended.
 *
 * @param best the epoch to mark
 */
export function runCharts(history: History, best?: number): ChartSpec[] {
  if (history.epochs.length === 0) return [];
  const specs = [
    ...metricNames(history).map((name) => metricChart(history, name)),
    ...(Object.keys(charts) as ChartName[]).map((name) => columnChart(history, name)),
  ];
  return specs.filter(({ series }) => series.length > 0).map((spec) => ({ ...spec, best }));
}

/** The losses of a run's first epoch step by step; undefined when no step of it was recorded. */
export function firstEpochChart(history: History): ChartSpec | undefined {
  const [first] = history.epochs;
  if (!first) return undefined;
  const { steps } = history;
  const until = steps.step.filter((step) => step <= first.step).length;
  if (until === 0) return undefined;
  const cut = (column: readonly number[]) => column.slice(0, until);
  const begun: History = {
    ...history,
    epochs: [first],
    steps: { ...steps, step: cut(steps.step), lossD: cut(steps.lossD), lossG: cut(steps.lossG) },
  };
  const losses = columnChart(begun, 'losses');
  const series = losses.series.map(
    ({ detail, points, ...rest }): Series => ({ ...rest, points: detail ?? points }),
  );
  return { ...losses, id: 'first-epoch', title: 'Losses in the first epoch', series };
}

/** One of the table's charts, with a curve for each of its columns that any epoch has. */
function columnChart(history: History, name: ChartName): ChartSpec {
  const series = columnTable.flatMap(([key, { chart, curve, voice = 'neutral' }]): Series[] => {
    const points = pointsOf(history, (record) => record[key]);
    if (chart !== name || points.length === 0) return [];
    const label = curve ?? voices[voice] ?? charts[name].title;
    return [{ key, label, voice, points, detail: stepSeries(history, key) }];
  });
  return { id: name, ...charts[name], series };
}

function metricChart(history: History, name: string): ChartSpec {
  const points = pointsOf(history, ({ metrics }) => metrics?.[name]);
  return {
    id: `metric-${name}`,
    title: metricTitle(name),
    ...metricScale(name),
    series: [{ key: name, label: 'This run', voice: 'neutral', points }],
  };
}

/** The values by epoch; an epoch that lacks one is left out. */
function pointsOf({ epochs }: History, value: (record: EpochRecord) => number | undefined): Point[] {
  return epochs.flatMap((record): Point[] => {
    const y = value(record);
    return y === undefined ? [] : [[record.epoch, y]];
  });
}

/** The per-step series with its steps expressed in epochs, so that it lies under the epochs' means, where there is one. */
function stepSeries({ steps, epochs }: History, key: string): Point[] | undefined {
  const last = epochs.at(-1);
  if (!last || last.step === 0 || (key !== 'lossD' && key !== 'lossG')) return undefined;
  const stepsPerEpoch = last.step / last.epoch;
  const points = steps.step.flatMap((step, i): Point[] => {
    const value = steps[key][i];
    return value === undefined ? [] : [[step / stepsPerEpoch, value]];
  });
  return thin(points, mostDetail);
}

/** Names of the scores that any epoch carries, in order of first appearance. */
export function metricNames(history: History): string[] {
  return [...new Set(history.epochs.flatMap((record) => Object.keys(record.metrics ?? {})))];
}

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

const { epochAnchors } = anchorsSchema.parse(anchorsJson);

/** Axes that say more than one that is found from the data. */
const axes: Partial<Record<MetricName, QuantityScale>> = {
  // Falls by a factor of ten or more in the first epochs and by tenths in the last.
  fcd: { log: true },
  precision: { domain: [0, 1] },
  recall: { domain: [0, 1] },
  // Chance alone moves it by hundredths, which would look like a trend.
  classTotalVariation: { domain: [0, 1] },
};
const notes = { lower: 'lower is better', higher: 'higher is better', real: undefined } as const;

/** The scale of an epoch's score: with what real digits reach, a collapsed generator and noise; empty for other names. */
export function metricScale(name: string): QuantityScale {
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
