import type { History } from '../../trainer/artifacts/schema.ts';
import type { ChartSpec, Series } from './layout.ts';
import { runCharts } from './run-charts.ts';

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
  const losses = runCharts(begun).find(({ id }) => id === 'losses');
  if (!losses) return undefined;
  const series = losses.series.map(
    ({ detail, points, ...rest }): Series => ({ ...rest, points: detail ?? points }),
  );
  return { ...losses, id: 'first-epoch', title: 'Losses in the first epoch', series };
}
