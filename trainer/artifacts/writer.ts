import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import {
  makeFolder,
  makeFolders,
  removeTemporaries,
  renameTries,
  temporaryPath,
  whenFree,
  writeWhole,
} from '../disk/files.ts';
import { InputError } from '../errors.ts';
import { type Checkpoint, writeCheckpoint } from './checkpoint.ts';
import { lockRun, type RunLock } from './lock.ts';
import { serialise } from './parse.ts';
import { findRun, readHistory, readRun } from './reader.ts';
import {
  type EndStatus,
  endedRun,
  fileEntry,
  historyUpTo,
  newHistory,
  newRun,
  type RunDetails,
  type RunFile,
  type RunPoint,
  recordedSeconds,
  resumedRun,
  type StepRecord,
  withEpoch,
  withEvaluation,
  withFiles,
  withoutFiles,
  withRecord,
  withStep,
} from './records.ts';
import {
  type EpochRecord,
  type Evaluation,
  epochPaths,
  type History,
  historySchema,
  nearestPath,
  type Run,
  runNameSchema,
  runSchema,
} from './schema.ts';

/** A run that this process may write. */
interface OpenedRun {
  readonly directory: string;
  readonly run: Run;
  readonly history: History;
  readonly lock: RunLock;
}

/** Younger temporaries beside the runs may belong to another training that is under way. */
const abandonedAfter = 60 * 60 * 1000;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A run's record as its file holds it. @throws Error naming the place at fault */
const recordText = (run: Run): string => serialise(run, { schema: runSchema, file: 'run.json', indent: 2 });

/** Writes `run.json` through its schema. */
async function writeRecord(directory: string, run: Run): Promise<void> {
  await writeWhole(join(directory, 'run.json'), recordText(run));
}

/** Writes files of the run, by path inside its folder, and gives the entries that list them. */
async function writeFiles(
  directory: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<RunFile[]> {
  const entries = Object.entries(files);
  for (const [path, contents] of entries) {
    await makeFolders(directory, path);
    await writeWhole(join(directory, path), contents);
  }
  return entries.map(([path, contents]) => fileEntry(path, contents));
}

/** Writes `history.json` and gives the run that lists it, to be recorded next. */
async function writeHistory(directory: string, run: Run, history: History): Promise<Run> {
  const text = serialise(history, { schema: historySchema, file: 'history.json' });
  const files = await writeFiles(directory, { 'history.json': text });
  return { ...withFiles(run, files), seconds: Math.max(run.seconds, recordedSeconds(history)) };
}

/** Readies the folder of all runs, and gives that of the run named. @throws InputError for a name that no folder may have */
async function prepareFolder(artifacts: string, name: string): Promise<string> {
  const named = runNameSchema.safeParse(name);
  if (!named.success)
    throw new InputError(`The run's name "${name}" will not do: it ${named.error.issues[0]?.message}.`);
  await makeFolder(artifacts);
  await removeTemporaries(artifacts, { olderThan: abandonedAfter });
  return join(artifacts, name);
}

/** The first of `recipe`, `recipe-2`, `recipe-3`, … that no run is named. */
export async function freeRunName(artifacts: string, recipe: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? recipe : `${recipe}-${number}`;
    if (!(await exists(join(artifacts, name)))) return name;
  }
}

/**
 * Makes a run's folder with its first record; the folder appears whole.
 *
 * @param renames takes the recipe's next free name where the name is taken
 * @throws InputError when the name is taken
 */
async function createRun(
  directory: string,
  details: RunDetails,
  { startedAt, renames = false }: { readonly startedAt: Date; readonly renames?: boolean | undefined },
): Promise<OpenedRun> {
  const elsewhere = async () => {
    const name = await freeRunName(dirname(directory), details.recipe);
    return await createRun(join(dirname(directory), name), { ...details, name }, { startedAt, renames });
  };
  const taken = () =>
    new InputError(
      `The run ${details.name} exists already; name this one with --name, or go on with that one with --resume.`,
    );
  if (await exists(directory)) {
    if (renames) return await elsewhere();
    throw taken();
  }
  const history = newHistory();
  const temporary = temporaryPath(directory);
  let run: Run;
  try {
    await mkdir(temporary);
    run = await writeHistory(temporary, newRun(details, startedAt), history);
    await writeRecord(temporary, run);
    await whenFree(() => rename(temporary, directory), { tries: renameTries });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(directory))) throw error;
    if (renames) return await elsewhere();
    throw taken();
  }
  return { directory, run, history, lock: await lockRun(directory) };
}

/** Removes what was begun or published but is not part of the run any more. */
async function removeUnlisted(directory: string, run: Run): Promise<void> {
  const listed = new Set(run.files.map(({ path }) => path));
  for (const room of ['epochs', 'models']) {
    const options = { recursive: true, withFileTypes: true } as const;
    const entries = await readdir(join(directory, room), options).catch(() => []);
    for (const entry of entries.filter((found) => found.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if (!listed.has(relative(directory, path).replaceAll(sep, '/'))) await rm(path, { force: true });
    }
  }
  if (!listed.has(nearestPath)) await rm(join(directory, nearestPath), { force: true });
}

/**
 * Takes a run back to the point that it goes on from.
 *
 * @throws InputError when there is no such run, its record or history cannot be read, or another process trains it
 */
async function reopenRun(directory: string, details: RunDetails, point: RunPoint): Promise<OpenedRun> {
  const record = resumedRun(await readRun(directory), details, point);
  const history = historyUpTo(await readHistory(directory), point);
  const lock = await lockRun(directory);
  // The record says `running` before the history changes: readers allow for that (see runSchema).
  await writeRecord(directory, record);
  const run = await writeHistory(directory, record, history);
  await writeRecord(directory, run);
  // Earlier versions kept the checkpoint in a folder.
  for (const room of ['.', 'checkpoint'])
    await removeTemporaries(join(directory, room)).catch(() => undefined);
  await removeUnlisted(directory, run);
  return { directory, run, history, lock };
}

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

/** What an evaluation found, ready to be written. */
export interface Findings {
  /** Finite numbers by name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly evaluation: Pick<Evaluation, 'epoch' | 'samples'> & {
    readonly histogram: readonly number[];
    readonly pairs: Readonly<Evaluation['pairs']['pairs']>;
  };
  /** The PNG of the pairs. */
  readonly picture: Uint8Array;
}

/**
 * Writes what an evaluation found into a run's record, in place of what an earlier one did. One that left TSTR out
 * leaves that of the same generator in.
 *
 * @throws InputError when there is no such run, it is broken, another process trains it, or it was trained further
 * @throws Error for a score that is not a finite number; the run is as it was then
 */
export async function scoreRun(artifacts: string, name: string, found: Findings): Promise<Run> {
  const { directory } = await findRun(artifacts, name);
  const lock = await lockRun(directory);
  try {
    const run = await readRun(directory);
    const { evaluation, picture } = found;
    if (run.epochs.findLast(({ model }) => model !== null)?.epoch !== evaluation.epoch)
      throw new InputError(`${name} was trained further while it was scored; score it again.`);
    const { tstr, epoch } = run.metrics ?? {};
    const kept = tstr !== undefined && epoch === evaluation.epoch ? { tstr } : {};
    const scored = withEvaluation(run, {
      metrics: { ...kept, ...found.metrics },
      evaluation: {
        ...evaluation,
        histogram: [...evaluation.histogram],
        pairs: { picture: nearestPath, pairs: [...evaluation.pairs] },
      },
      picture: fileEntry(nearestPath, picture),
    });
    recordText(scored);
    // A file that the record lists is taken off it before it is replaced.
    if (run.files.some(({ path }) => path === nearestPath))
      await writeRecord(directory, { ...withoutFiles(run, new Set([nearestPath])), metrics: null });
    await writeFiles(directory, { [nearestPath]: picture });
    await writeRecord(directory, scored);
    return scored;
  } finally {
    await lock.release();
  }
}
