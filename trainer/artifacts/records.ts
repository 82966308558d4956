import { hash } from 'node:crypto';
import { withoutHome } from '../disk/files.ts';
import { oneLine } from '../errors.ts';
import {
  type EpochRecord,
  type Evaluation,
  epochPaths,
  type History,
  limits,
  nearestPath,
  type Run,
  type RunStatus,
  schemaVersion,
} from './schema.ts';

/** What is known about a run before its first step. */
export type RunDetails = Pick<
  Run,
  | 'name'
  | 'recipe'
  | 'config'
  | 'origins'
  | 'engine'
  | 'versions'
  | 'data'
  | 'networks'
  | 'generator'
  | 'grid'
>;

/** How far a run had come: whole epochs done, and steps done, which may reach into the next epoch. */
export interface RunPoint {
  readonly epoch: number;
  readonly step: number;
}

export type RunFile = Run['files'][number];
export type EndStatus = Exclude<RunStatus, 'running'>;

export function fileEntry(path: string, contents: Uint8Array | string): RunFile {
  return { path, bytes: Buffer.byteLength(contents), sha256: hash('sha256', contents, 'hex') };
}

export function newRun(details: RunDetails, startedAt: Date): Run {
  return {
    schemaVersion,
    status: 'running',
    message: null,
    startedAt: startedAt.toISOString(),
    endedAt: null,
    seconds: 0,
    epochs: [],
    metrics: null,
    evaluation: null,
    files: [],
    ...details,
  };
}

/** The run with these files listed, in place of any of the same path; files are kept in order of path. */
export function withFiles(run: Run, files: readonly RunFile[]): Run {
  const replaced = new Set(files.map(({ path }) => path));
  const kept = run.files.filter(({ path }) => !replaced.has(path));
  return { ...run, files: [...kept, ...files].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** What an epoch shows, as paths inside the run. */
export const publishedBy = ({ grid, rawGrid, model }: Run['epochs'][number]): string[] =>
  [grid, rawGrid, model].filter((path) => typeof path === 'string');

/** The run without these files, and without the epochs and the evaluation that published one of them. */
export function withoutFiles(run: Run, paths: ReadonlySet<string>): Run {
  const { epochs, evaluation } = run;
  return {
    ...run,
    epochs: epochs.filter((epoch) => !publishedBy(epoch).some((path) => paths.has(path))),
    evaluation: evaluation && paths.has(evaluation.pairs.picture) ? null : evaluation,
    files: run.files.filter(({ path }) => !paths.has(path)),
  };
}

/** The run with this epoch published, in place of what was published of it before. */
export function withEpoch(run: Run, { epoch, step, files }: RunPoint & { files: readonly RunFile[] }): Run {
  const paths = epochPaths(epoch);
  const has = (wanted: string) => files.some(({ path }) => path === wanted);
  const { grid, rawGrid, model } = paths;
  const others = withoutFiles(run, new Set(Object.values(paths)));
  const published = { epoch, step, grid, ...(has(rawGrid) && { rawGrid }), model: has(model) ? model : null };
  const epochs = [...others.epochs, published];
  return withFiles({ ...others, epochs: epochs.sort((a, b) => a.epoch - b.epoch) }, files);
}

/**
 * The run going on from a checkpoint: what was published after it is dropped, to be made again, and so are the
 * scores. What may differ from the first start (more epochs, another engine) is taken from `details`; the rest stays.
 */
export function resumedRun(run: Run, details: RunDetails, point: RunPoint): Run {
  const { name, config, origins, engine, versions } = details;
  const later = run.epochs.filter(({ epoch }) => epoch > point.epoch);
  const paths = new Set([nearestPath, ...later.flatMap(({ epoch }) => Object.values(epochPaths(epoch)))]);
  return {
    ...withoutFiles(run, paths),
    ...{ name, config, origins, engine, versions },
    status: 'running',
    message: null,
    endedAt: null,
    seconds: 0,
    metrics: null,
  };
}

/** The run with what an evaluation found, in place of what an earlier one did. */
export function withEvaluation(
  run: Run,
  { metrics, evaluation, picture }: Pick<Run, 'metrics'> & { evaluation: Evaluation; picture: RunFile },
): Run {
  return withFiles({ ...withoutFiles(run, new Set([picture.path])), metrics, evaluation }, [picture]);
}

export function endedRun(
  run: Run,
  { status, message, endedAt }: { status: EndStatus; message: string | null; endedAt: Date },
): Run {
  // What an error says of its place is the user's own affair, and may be long.
  const said = message && withoutHome(oneLine(message)).slice(0, limits.said);
  return { ...run, status, message: said, endedAt: endedAt.toISOString() };
}

export function newHistory(): History {
  return { schemaVersion, epochs: [], steps: { every: 1, step: [], lossD: [], lossG: [] } };
}

/** The history with this epoch's record, in place of one of the same epoch. */
export function withRecord(history: History, record: EpochRecord): History {
  const epochs = [...history.epochs.filter(({ epoch }) => epoch !== record.epoch), record];
  return { ...history, epochs: epochs.sort((a, b) => a.epoch - b.epoch) };
}

/** The history as it was at a checkpoint. */
export function historyUpTo(history: History, { epoch, step }: RunPoint): History {
  return {
    ...history,
    epochs: history.epochs.filter((record) => record.epoch <= epoch),
    steps: stepsUpTo(history.steps, step),
  };
}

/** Wall time of the recorded epochs, in seconds. */
export function recordedSeconds({ epochs }: History): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}

export type StepSeries = History['steps'];

export interface StepRecord {
  /** Steps done, counted from the start of the run. */
  readonly step: number;
  readonly lossD: number;
  readonly lossG: number;
}

/** A chart of a thousand pixels shows no more, and 2,000 entries are about 60 kB of JSON. */
const maximumEntries = 2000;

function keep(series: StepSeries, kept: (step: number) => boolean): StepSeries {
  const at = series.step.flatMap((step, i) => (kept(step) ? [i] : []));
  const pick = (column: number[]) => at.map((i) => column[i] as number);
  return { ...series, step: pick(series.step), lossD: pick(series.lossD), lossG: pick(series.lossG) };
}

/**
 * The series with one more step. Only steps that are multiples of `every` are kept; when the series is
 * full, `every` doubles and the odd multiples go. What is kept follows from the number of the last step
 * alone, so a resumed run ends with the series that an unbroken one has. A loss that is not finite has no
 * place in JSON and is left out; the run's status says that it diverged.
 *
 * @param record its step is after every step of the series
 */
export function withStep(
  series: StepSeries,
  { step, lossD, lossG }: StepRecord,
  { maximum = maximumEntries } = {},
): StepSeries {
  if (step % series.every !== 0 || !Number.isFinite(lossD) || !Number.isFinite(lossG)) return series;
  if (series.step.length >= maximum) {
    const every = series.every * 2;
    const thinned = { ...keep(series, (kept) => kept % every === 0), every };
    return withStep(thinned, { step, lossD, lossG }, { maximum });
  }
  return {
    every: series.every,
    step: [...series.step, step],
    lossD: [...series.lossD, lossD],
    lossG: [...series.lossG, lossG],
  };
}

/** The series without the steps after `last`. */
function stepsUpTo(series: StepSeries, last: number): StepSeries {
  return keep(series, (step) => step <= last);
}
