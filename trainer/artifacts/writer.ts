import { type Checkpoint, writeCheckpoint } from './checkpoint.ts';
import { withRecord } from './history-record.ts';
import { createRun, prepareFolder, reopenRun, writeFiles, writeHistory, writeRecord } from './run-folder.ts';
import {
  type EndStatus,
  endedRun,
  epochPaths,
  type RunDetails,
  type RunPoint,
  withEpoch,
  withFiles,
  withoutFiles,
} from './run-record.ts';
import type { EpochRecord, History, Run } from './schema.ts';
import { type StepRecord, withStep } from './step-series.ts';

export interface PublishedEpoch extends RunPoint {
  /** The PNG of the grid. */
  readonly grid: Uint8Array;
  /** The PNG of the raw weights' grid, where the published ones are averages. */
  readonly rawGrid?: Uint8Array | undefined;
  /** The generator, as `exportLayersModel` gives it. */
  readonly model?: { readonly json: string; readonly weights: Uint8Array } | undefined;
}

/**
 * Writes one run's folder. Calls take effect in their order, awaited or not. A process killed at any moment
 * leaves a run that can be read: files are written first and the record that lists them after.
 */
export interface RunWriter {
  /** The run's folder. */
  readonly directory: string;
  run(): Run;
  history(): History;
  /** Writes the grid of real digits, a PNG. */
  writeReals(png: Uint8Array): Promise<void>;
  /** Writes an epoch's grid and generator and publishes them in `run.json`. */
  publishEpoch(published: PublishedEpoch): Promise<void>;
  /** Notes a step in memory; the next `record` or `finish` writes it. */
  recordStep(record: StepRecord): void;
  /** Adds an epoch's means to `history.json`. @throws Error when one of them is not a finite number */
  record(record: EpochRecord): Promise<void>;
  writeCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /**
   * Ends the run and lets go of it; nothing can be written to it after.
   *
   * @param message one sentence for people, or null
   * @param seconds wall time spent training over all resumes, if an unfinished epoch adds to the recorded ones
   */
  finish(status: EndStatus, message: string | null, seconds?: number): Promise<void>;
}

export interface RunOptions {
  /** The folder of all runs; made if missing. */
  readonly artifacts: string;
  readonly details: RunDetails;
  /** Takes the next free name where another process has the one in `details`; that of `run()` is the one taken. */
  readonly renames?: boolean | undefined;
  /** The point of the checkpoint that an existing run goes on from; what it published later is dropped. */
  readonly resume?: RunPoint | undefined;
  readonly now?: () => Date;
}

/**
 * Starts a run's folder, or reopens it to go on from a checkpoint. Until it is finished, no other process may.
 *
 * @throws InputError when another process trains the run, a new run's name is taken or cannot be a folder's, or a run to go on with is broken
 */
export async function openRun({
  artifacts,
  details,
  renames = false,
  resume,
  now = () => new Date(),
}: RunOptions): Promise<RunWriter> {
  const wanted = await prepareFolder(artifacts, details.name);
  const opened = resume
    ? await reopenRun(wanted, details, resume)
    : await createRun(wanted, details, { startedAt: now(), renames });
  const { directory, lock } = opened;
  let { run, history } = opened;

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const done = last.then(async () => {
      if (run.status !== 'running') throw new Error(`The run ${run.name} is ${run.status}; open it again.`);
      await lock.check();
      return await task();
    });
    last = done.catch(() => undefined);
    return done;
  };

  const save = async (next: Run) => {
    await writeRecord(directory, next);
    run = next;
  };
  /** Files that the record lists are taken off it before they are replaced. */
  const publish = async (files: Readonly<Record<string, Uint8Array | string>>) => {
    const paths = new Set(Object.keys(files));
    if (run.files.some(({ path }) => paths.has(path))) await save(withoutFiles(run, paths));
    return await writeFiles(directory, files);
  };

  return {
    directory,
    run: () => run,
    history: () => history,
    writeReals: (png) =>
      inTurn(async () => {
        const files = await publish({ 'reals.png': png });
        await save(withFiles(run, files));
      }),
    publishEpoch: ({ epoch, step, grid, rawGrid, model }) =>
      inTurn(async () => {
        const paths = epochPaths(epoch);
        const files = await publish({
          [paths.grid]: grid,
          ...(rawGrid && { [paths.rawGrid]: rawGrid }),
          ...(model && { [paths.weights]: model.weights, [paths.model]: model.json }),
        });
        await save(withEpoch(run, { epoch, step, files }));
      }),
    recordStep: (record) => {
      history = { ...history, steps: withStep(history.steps, record) };
    },
    record: (record) =>
      inTurn(async () => {
        const next = withRecord(history, record);
        const listed = await writeHistory(directory, run, next);
        history = { ...next, steps: history.steps };
        await save(listed);
      }),
    writeCheckpoint: (checkpoint) => inTurn(() => writeCheckpoint(directory, checkpoint)),
    finish: (status, message, seconds = 0) =>
      inTurn(async () => {
        const listed = await writeHistory(directory, run, history);
        const ended = endedRun(listed, { status, message, endedAt: now() });
        await save({ ...ended, seconds: Math.max(ended.seconds, seconds) });
      }).finally(lock.release),
  };
}
