import type { EpochRecord, History } from '../../trainer/artifacts/schema.ts';
import { metricTitle } from '../runs/metric-words.ts';
import type { ChartSpec, Point, Series, Voice } from './layout.ts';
import { type MetricScale, metricScale } from './metric-scale.ts';
import { thin } from './thin.ts';

/** About one point per pixel of the plot. */
const mostDetail = 280;

/** What the discriminator believes is a probability; one half is a guess. */
export const believedScale: MetricScale = { domain: [0, 1], references: [{ value: 0.5, label: 'a guess' }] };

type Column = Exclude<keyof EpochRecord, 'metrics' | 'epoch' | 'step' | 'seconds'>;

/**
 * The charts of a run, in reading order: the scores, which tell most, come first. Empty while no epoch has ended.
 *
 * @param best the epoch to mark
 */
export function runCharts(history: History, best?: number): ChartSpec[] {
  if (history.epochs.length === 0) return [];
  const charts = [
    ...metricNames(history).map((name) => metricChart(history, name)),
    ...trainingCharts(history),
  ];
  return charts.map((chart) => ({ ...chart, best }));
}

function trainingCharts(history: History): ChartSpec[] {
  const column = (key: Column, label: string, voice: Voice): Series => ({
    key,
    label,
    voice,
    points: history.epochs.map((record): Point => [record.epoch, record[key]]),
  });
  const losses = [
    { ...column('lossD', 'Discriminator', 'discriminator'), detail: stepSeries(history, 'lossD') },
    { ...column('lossG', 'Generator', 'generator'), detail: stepSeries(history, 'lossG') },
  ];
  return [
    { id: 'losses', title: 'Losses', series: losses },
    {
      id: 'scores',
      title: 'How real the discriminator finds them',
      ...believedScale,
      series: [
        column('realScore', 'Real digits, D(x)', 'discriminator'),
        column('fakeScore', 'Generated, D(G(z))', 'generator'),
      ],
    },
    {
      id: 'gradients',
      title: 'Gradient norms',
      log: true,
      series: [
        column('gradNormD', 'Discriminator', 'discriminator'),
        column('gradNormG', 'Generator', 'generator'),
      ],
    },
    {
      id: 'speed',
      title: 'Images per second',
      series: [column('imagesPerSecond', 'Images per second', 'neutral')],
    },
  ];
}

/** Names of the scores that any epoch carries, in order of first appearance. */
export function metricNames(history: History): string[] {
  return [...new Set(history.epochs.flatMap((record) => Object.keys(record.metrics ?? {})))];
}

function metricChart(history: History, name: string): ChartSpec {
  const points = history.epochs.flatMap((record): Point[] => {
    const value = record.metrics?.[name];
    return value === undefined ? [] : [[record.epoch, value]];
  });
  return {
    id: `metric-${name}`,
    title: metricTitle(name),
    ...metricScale(name),
    series: [{ key: name, label: 'This run', voice: 'neutral', points }],
  };
}

/** The per-step series with its steps expressed in epochs, so that it lies under the epochs' means. */
function stepSeries({ steps, epochs }: History, key: 'lossD' | 'lossG'): Point[] {
  const last = epochs.at(-1);
  if (!last || last.step === 0) return [];
  const stepsPerEpoch = last.step / last.epoch;
  const points = steps.step.flatMap((step, i): Point[] => {
    const value = steps[key][i];
    return value === undefined ? [] : [[step / stepsPerEpoch, value]];
  });
  return thin(points, mostDetail);
}
