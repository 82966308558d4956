import type { SeenStatus } from '../../trainer/artifacts/reader.ts';
import type { EpochRecord, History, Run } from '../../trainer/artifacts/schema.ts';
import { metricScale } from '../charts/metric-scale.ts';
import { believedScale, metricNames } from '../charts/run-charts.ts';
import { formatCount, formatDuration, formatFigure } from '../format.ts';
import type { ComparedRun } from './compared.ts';
import { configRows } from './config-rows.ts';
import { epochWords, gridWords, statusWords } from './describe.ts';
import { fileUrl } from './files.ts';
import type { ReadableRun } from './load.ts';
import { metricTitle } from './metric-words.ts';

type Curve = ComparedRun['curves']['series'][number];

const columns = [
  { key: 'lossG', title: 'Loss of the generator', scale: {} },
  { key: 'lossD', title: 'Loss of the discriminator', scale: {} },
  { key: 'realScore', title: 'Score of real digits, D(x)', scale: believedScale },
  { key: 'fakeScore', title: 'Score of generated digits, D(G(z))', scale: believedScale },
] as const;

/** The part of a run that the compare page loads. */
export function toComparedRun({ run, history, status }: ReadableRun): ComparedRun {
  const { seed, rows, columns, cell } = run.grid;
  return {
    name: run.name,
    latents: { seed, rows, columns, size: run.generator.latentSize },
    cell,
    frames: run.epochs.map(({ epoch, grid }) => ({
      epoch,
      url: fileUrl(run, grid),
      words: gridWords(run, epoch),
    })),
    curves: { epochs: history.epochs.map(({ epoch }) => epoch), series: curves(history) },
    settings: configRows(run).map(({ flag, value, meaning }) => ({ label: flag, value, meaning })),
    facts: facts(run, status, history.epochs.at(-1)),
    scores: Object.entries(run.metrics ?? {}).map(([name, value]) => ({
      label: metricTitle(name),
      value: formatFigure(value),
    })),
  };
}

function curves(history: History): Curve[] {
  return [
    ...columns.map((column) => ({ ...column, values: history.epochs.map((record) => record[column.key]) })),
    ...metricNames(history).map((name) => ({
      key: `metric-${name}`,
      title: metricTitle(name),
      scale: metricScale(name),
      values: history.epochs.map(({ metrics }) => metrics?.[name] ?? null),
    })),
  ];
}

function facts(run: Run, status: SeenStatus, last: EpochRecord | undefined): ComparedRun['facts'] {
  const { generator, discriminator } = run.networks;
  const figures = last && {
    'Last loss of G': formatFigure(last.lossG),
    'Last loss of D': formatFigure(last.lossD),
  };
  return Object.entries({
    Recipe: run.recipe,
    Status: statusWords[status],
    Trained: epochWords(run),
    Time: formatDuration(run.seconds),
    Device: run.engine.device,
    'Parameters of G': formatCount(generator.parameters),
    'Parameters of D': formatCount(discriminator.parameters),
    ...figures,
  }).map(([label, value]) => ({ label, value }));
}
