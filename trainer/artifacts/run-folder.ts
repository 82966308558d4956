import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { InputError } from '../errors.ts';
import {
  makeFolder,
  makeFolders,
  removeTemporaries,
  renameTries,
  temporaryPath,
  whenFree,
  writeWhole,
} from './atomic.ts';
import { historyUpTo, newHistory, recordedSeconds } from './history-record.ts';
import { lockRun, type RunLock } from './lock.ts';
import { serialise } from './parse.ts';
import { readHistory, readRun } from './reader.ts';
import {
  fileEntry,
  nearestPath,
  newRun,
  type RunDetails,
  type RunFile,
  type RunPoint,
  resumedRun,
  withFiles,
} from './run-record.ts';
import { type History, historySchema, type Run, runNameSchema, runSchema } from './schema.ts';

/** A run that this process may write. */
export interface OpenedRun {
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
export const recordText = (run: Run): string =>
  serialise(run, { schema: runSchema, file: 'run.json', indent: 2 });

/** Writes `run.json` through its schema. */
export async function writeRecord(directory: string, run: Run): Promise<void> {
  await writeWhole(join(directory, 'run.json'), recordText(run));
}

/** Writes files of the run, by path inside its folder, and gives the entries that list them. */
export async function writeFiles(
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
export async function writeHistory(directory: string, run: Run, history: History): Promise<Run> {
  const text = serialise(history, { schema: historySchema, file: 'history.json' });
  const files = await writeFiles(directory, { 'history.json': text });
  return { ...withFiles(run, files), seconds: Math.max(run.seconds, recordedSeconds(history)) };
}

/** Readies the folder of all runs, and gives that of the run named. @throws InputError for a name that no folder may have */
export async function prepareFolder(artifacts: string, name: string): Promise<string> {
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
export async function createRun(
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
export async function reopenRun(directory: string, details: RunDetails, point: RunPoint): Promise<OpenedRun> {
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
