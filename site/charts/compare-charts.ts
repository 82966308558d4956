import type { ComparedRun } from '../runs/compared.ts';
import type { SideLetter } from '../runs/side-letters.ts';
import type { ChartSpec, Point, Series } from './layout.ts';

export type SideSpec = ChartSpec<SideLetter>;
interface ComparedSide {
  readonly letter: SideLetter;
  readonly run: ComparedRun;
}

/** One chart for every quantity that any of the runs has, with a line for each side. */
export function compareCharts(sides: readonly ComparedSide[]): SideSpec[] {
  const quantities = new Map(
    sides.flatMap(({ run }) => run.curves.series.map((curve) => [curve.key, curve] as const)),
  );
  return [...quantities.values()]
    .map(
      ({ key, title, scale }): SideSpec => ({
        id: `compare-${key}`,
        title,
        ...scale,
        series: sides.flatMap((side) => seriesOf(side, key)),
      }),
    )
    .filter(({ series }) => series.length > 0);
}

/** The values of one quantity by epoch; those of an epoch that lacks it are left out. */
export function pointsOf({ curves }: ComparedRun, key: string): Point[] {
  const values = curves.series.find((series) => series.key === key)?.values ?? [];
  return curves.epochs.flatMap((epoch, i): Point[] => {
    const value = values[i] ?? null;
    return value === null ? [] : [[epoch, value]];
  });
}

function seriesOf({ letter, run }: ComparedSide, key: string): Series<SideLetter>[] {
  const points = pointsOf(run, key);
  return points.length === 0
    ? []
    : [{ key, label: `${letter.toUpperCase()}, ${run.name}`, voice: letter, points }];
}
