import { element } from '../../markup.ts';
import type { ChartSpec, Series } from '../curves/layout.ts';
import type { Point } from '../curves/scale.ts';
import { letterMark, type SideLetter } from './letters.ts';
import type { ComparedRun } from './record.ts';

export interface Side {
  readonly letter: SideLetter;
  readonly run: ComparedRun;
  /** The epoch that is asked for; the run's nearest published one is shown. */
  readonly epoch: number;
}

/** What the compare page shows: everything on it is drawn from this. */
export interface Comparison {
  /** In the order of their letters. A side whose run could not be fetched is missing. */
  readonly sides: readonly Side[];
  /** Whether one cursor moves all sides. */
  readonly linked: boolean;
  /** Beside one another, or the first two over one another with a border to move. */
  readonly view: View;
}
export type View = 'sides' | 'wipe';

type Frame = ComparedRun['frames'][number];

/**
 * A run for each side: the wanted ones as far as they are known, two at least. In place of an unknown one the
 * first two sides get the newest that is not yet there, the others nothing.
 *
 * @param wanted one for each side
 * @param known names of all runs, newest first, at least one
 */
export function chooseRuns(wanted: readonly (string | null)[], known: readonly string[]): string[] {
  const found = wanted.map((name) => (name !== null && known.includes(name) ? name : undefined));
  const free = known.filter((name) => !found.includes(name));
  const [a, b, ...others] = found;
  const first = a ?? free.shift() ?? known[0];
  const second = b ?? free.shift() ?? first;
  return [first, second, ...others].filter((name) => name !== undefined);
}

/** The frame of the published epoch nearest to `epoch`. */
export function frameAt({ frames }: ComparedRun, epoch: number): Frame {
  return frames.reduce((best, frame) =>
    Math.abs(frame.epoch - epoch) < Math.abs(best.epoch - epoch) ? frame : best,
  );
}

/** Every epoch that any of the runs has published, in order: the stops of the one cursor. */
export function timeline(runs: readonly ComparedRun[]): number[] {
  const epochs = new Set(runs.flatMap(({ frames }) => frames.map(({ epoch }) => epoch)));
  return [...epochs].sort((a, b) => a - b);
}

/** Why the same place in two grids is not the same latent; undefined when it is. */
export function differentLatents(runs: readonly ComparedRun[]): string | undefined {
  const latents = runs.map((run) => run.latents);
  const differences = [
    differing(
      'seeds',
      latents.map(({ seed }) => String(seed)),
    ),
    differing(
      'grids of',
      latents.map(({ rows, columns }) => `${rows} × ${columns}`),
    ),
    differing(
      'latent sizes',
      latents.map(({ size }) => String(size)),
    ),
  ].filter((words) => words !== undefined);
  return differences.length > 0 ? `Not the same latents: ${differences.join('; ')}.` : undefined;
}

const list = new Intl.ListFormat('en-GB');

function differing(what: string, values: readonly string[]): string | undefined {
  return new Set(values).size > 1 ? `${what} ${list.format(values)}` : undefined;
}

export interface Row {
  readonly label: string;
  readonly meaning?: string | undefined;
  /** One for each side; undefined where a run has none. */
  readonly values: readonly (string | undefined)[];
}

/** Lays the runs' lists side by side, in order of first appearance. */
export function alignRows(
  lists: readonly (readonly { label: string; value: string; meaning?: string }[])[],
): Row[] {
  const meanings = new Map(lists.flat().map(({ label, meaning }) => [label, meaning]));
  return [...meanings].map(([label, meaning]) => ({
    label,
    meaning,
    values: lists.map((entries) => entries.find((entry) => entry.label === label)?.value),
  }));
}

export function differs({ values }: Row): boolean {
  return new Set(values).size > 1;
}

/** Whether the grids of the first two sides can lie over one another. */
export function canWipe(sides: readonly Side[]): boolean {
  const pair = sides.filter(({ letter }) => letter === 'a' || letter === 'b').map(({ run }) => run);
  return pair.length === 2 && differentLatents(pair) === undefined;
}

/**
 * One chart for every quantity that any of the runs has, with a line for each side, by whose letter it goes. Epochs
 * without a value are left out.
 */
export function compareCharts(sides: readonly Pick<Side, 'letter' | 'run'>[]): ChartSpec[] {
  const quantities = new Map(
    sides.flatMap(({ run }) => run.curves.series.map((curve) => [curve.key, curve] as const)),
  );
  return [...quantities.values()]
    .map(
      ({ key, title, scale }): ChartSpec => ({
        id: `compare-${key}`,
        title,
        ...scale,
        series: sides.map(
          ({ letter, run }): Series => ({
            key: letter,
            label: `${letter.toUpperCase()}, ${run.name}`,
            legend: [letterMark(letter), element('span', {}, run.name)],
            voice: letter,
            points: pointsOf(run, key),
          }),
        ),
      }),
    )
    .filter(({ series }) => series.some(({ points }) => points.length > 0));
}

function pointsOf({ curves }: ComparedRun, key: string): Point[] {
  const values = curves.series.find((series) => series.key === key)?.values ?? [];
  return curves.epochs.flatMap((epoch, i): Point[] => {
    const value = values[i] ?? null;
    return value === null ? [] : [[epoch, value]];
  });
}
