import { charts, columnTable } from '../../../trainer/artifacts/columns.ts';
import type { SeenStatus } from '../../../trainer/artifacts/reader.ts';
import type { EpochRecord, History, Run } from '../../../trainer/artifacts/schema.ts';
import { formatCount, formatDuration, formatFigure } from '../../format.ts';
import { configRows } from '../../runs/config-rows.ts';
import { epochWords, gridWords, statusWords } from '../../runs/describe.ts';
import { fileUrl } from '../../runs/files.ts';
import type { ReadableRun } from '../../runs/load.ts';
import { metricNames, metricScale, metricTitle } from '../curves/run-charts.ts';
import type { ComparedRun } from './record.ts';

type Curve = ComparedRun['curves']['series'][number];

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
    ...columnTable.flatMap(([key, { title, chart }]) => {
      if (title === undefined) return [];
      const { title: _, ...scale } = chart ? charts[chart] : { title };
      return [{ key, title, scale, values: history.epochs.map((record) => record[key] ?? null) }];
    }),
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
