import { hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import * as v from 'valibot';
import type { z } from 'zod';
import { digitSide } from '../data/idx-format.ts';
import { isMissing, readOwn, statOwn, unread } from '../disk/files.ts';
import { InputError, nearestName } from '../errors.ts';
import { type LayersModelJson, layersModelSchema, weightsFault } from '../export/layers-format.ts';
import { readTopology } from '../export/topology.ts';
import { checkpointFile } from './checkpoint.ts';
import { holderOf } from './lock.ts';
import { decodeText, parseVersioned } from './parse.ts';
import { publishedBy } from './records.ts';
import {
  epochPaths,
  type History,
  historySchema,
  mostBytesOf,
  nearestPath,
  type Run,
  type RunStatus,
  runNameSchema,
  runSchema,
  schemaVersion,
} from './schema.ts';

/**
 * While a run goes, or after it was killed, its history may be one epoch ahead of its record (see `runSchema`): it has
 * another size and sum then.
 */
export const mayBeNewer = (run: Run, path: string) => run.status === 'running' && path === 'history.json';

/**
 * The bytes of a file that a run's record lists: a regular file inside the run's folder, of the recorded size and
 * SHA-256.
 *
 * @param directory the run's folder
 * @throws InputError naming the file and what is wrong with it
 */
export async function readListed(directory: string, run: Run, path: string): Promise<Buffer<ArrayBuffer>> {
  const label = `${run.name}/${path}`;
  const entry = run.files.find((file) => file.path === path);
  if (!entry) throw new InputError(`${run.name}/run.json does not list ${path}; train the run again.`);
  const bytes = await readOwn(directory, path, { atMost: mostBytesOf(path) }).catch((error: unknown) => {
    throw unread(label, error);
  });
  if (mayBeNewer(run, path)) return bytes;
  const mend = 'put the file back, or train the run again.';
  if (bytes.length !== entry.bytes)
    throw new InputError(`${label} has ${bytes.length} bytes and run.json says ${entry.bytes}; ${mend}`);
  if (hash('sha256', bytes, 'hex') !== entry.sha256)
    throw new InputError(`${label} is not the file that run.json describes: its SHA-256 is another; ${mend}`);
  return bytes;
}

/** Rows and columns of a picture's digits. */
function shapeOf({ grid, evaluation }: Run, path: string): readonly [rows: number, columns: number] {
  return path === nearestPath ? [2, evaluation?.pairs.pairs.length ?? 0] : [grid.rows, grid.columns];
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

async function checkPng(label: string, bytes: Uint8Array, [rows, columns]: readonly [number, number]) {
  // Whatever else can be decoded, such as SVG, is not tried.
  if (!signature.equals(bytes.subarray(0, signature.length))) throw new InputError(`${label} is no PNG.`);
  const [height, width] = [rows * digitSide, columns * digitSide];
  const decoded = await sharp(bytes, { limitInputPixels: Math.max(1, width * height), failOn: 'warning' })
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      const limit = error instanceof Error && error.message.includes('pixel limit');
      throw new InputError(
        limit
          ? `${label} has more than ${width} × ${height} pixels.`
          : `${label} cannot be decoded as a PNG.`,
      );
    });
  const { info } = decoded;
  if (info.width !== width || info.height !== height)
    throw new InputError(
      `${label} has ${info.width} × ${info.height} pixels and run.json describes ${width} × ${height}.`,
    );
}

/** @throws InputError naming the file where it is not a model.json that Inkling wrote */
export function parseModel(label: string, bytes: Uint8Array): LayersModelJson {
  try {
    return v.parse(layersModelSchema, JSON.parse(decodeText(bytes, label)));
  } catch {
    throw new InputError(`${label} is not a model.json that Inkling wrote; train the run again.`);
  }
}

/**
 * Checks what a listed file holds: a PNG decodes and has the pixels that the record describes, the history has its
 * schema, a `model.json` the layers of a generator of digits, and weights are finite and as many as it describes.
 *
 * @param path as the run's record lists it
 * @param bytes what the file holds
 * @throws InputError naming the file and what is wrong with it, or with the `model.json` beside it
 */
export async function checkContents(
  path: string,
  bytes: Uint8Array,
  { directory, run }: { readonly directory: string; readonly run: Run },
): Promise<void> {
  const label = `${run.name}/${path}`;
  if (path.endsWith('.png')) return await checkPng(label, bytes, shapeOf(run, path));
  if (path === 'history.json') {
    const file = { schema: historySchema, version: schemaVersion, file: label };
    parseVersioned(decodeText(bytes, label), file);
  } else if (path.endsWith('/model.json')) {
    const read = readTopology(parseModel(label, bytes));
    if (typeof read === 'string') throw new InputError(`${label} ${read}; train the run again.`);
  } else {
    const beside = path.replace('weights.bin', 'model.json');
    const model = parseModel(`${run.name}/${beside}`, await readListed(directory, run, beside));
    const fault = weightsFault(model, bytes);
    if (fault) throw new InputError(`${label} ${fault}; train the run again.`);
  }
}

/**
 * Reads every file that a run's record lists, one after the other in its order, and says what is wrong with each, if
 * anything: what `readListed` or `checkContents` throws.
 */
export async function* eachContents(
  directory: string,
  run: Run,
): AsyncGenerator<{ readonly path: string; readonly fault: string | undefined }> {
  for (const { path } of run.files) {
    const fault = await readListed(directory, run, path)
      .then((bytes) => checkContents(path, bytes, { directory, run }))
      .then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof InputError) return error.message;
          throw error;
        },
      );
    yield { path, fault };
  }
}

/** A run that can be shown, or the sentence that says why not. */
export type ListedRun =
  | { name: string; run: Run; history: History; status: SeenStatus; fault?: never }
  | { name: string; run?: never; history?: never; status?: never; fault: string };

/** What a record says of its run, but that the record of one that was killed goes on saying that it runs. */
export type SeenStatus = RunStatus | 'cut off';

export interface FoundRun {
  name: string;
  /** The run's folder. */
  directory: string;
  run: Run;
}

async function readJson<S extends z.ZodType>(
  directory: string,
  file: string,
  schema: S,
): Promise<z.output<S>> {
  const label = `${basename(directory)}/${file}`;
  const bytes = await readOwn(directory, file, { atMost: mostBytesOf(file) }).catch((error: unknown) => {
    throw unread(label, error);
  });
  return parseVersioned(decodeText(bytes, label), { schema, version: schemaVersion, file: label });
}

/**
 * Reads a run's record. The folder's name is the run's name, so a renamed or copied folder is a run of its own.
 *
 * @throws InputError naming the file and what is wrong with it
 */
export async function readRun(directory: string): Promise<Run> {
  const name = basename(directory);
  const named = runNameSchema.safeParse(name);
  if (!named.success)
    throw new InputError(
      `The folder ${name} is not named as a run: its name ${named.error.issues[0]?.message}; rename it.`,
    );
  return { ...(await readJson(directory, 'run.json', runSchema)), name };
}

/** @throws InputError naming the file and what is wrong with it */
export async function readHistory(directory: string): Promise<History> {
  return await readJson(directory, 'history.json', historySchema);
}

/** @throws InputError for a file that the run publishes, of an epoch or an evaluation, and does not list */
export function checkListed(run: Run): void {
  const listed = new Set(run.files.map(({ path }) => path));
  const evaluated = run.evaluation ? [run.evaluation.pairs.picture] : [];
  const weights = run.epochs.flatMap(({ epoch, model }) => (model ? [epochPaths(epoch).weights] : []));
  for (const path of [...run.epochs.flatMap(publishedBy), ...weights, ...evaluated])
    if (!listed.has(path))
      throw new InputError(`${run.name}/run.json publishes ${path} but does not list it among its files.`);
}

/**
 * Checks that every file the run lists is there with its size, and that every epoch's files are listed.
 * Contents are not hashed: that would read every byte of every run.
 *
 * @throws InputError naming the first file at fault
 */
export async function checkFiles(directory: string, run: Run): Promise<void> {
  checkListed(run);
  const fixed = run.files.filter(({ path }) => !mayBeNewer(run, path));
  const faults = await Promise.all(
    fixed.map(async ({ path, bytes }) => {
      const label = `${run.name}/${path}`;
      try {
        const { size } = await statOwn(directory, path);
        if (size === bytes) return undefined;
        throw new InputError(
          `${label} has ${size} bytes and run.json says ${bytes}; put the file back, or train the run again.`,
        );
      } catch (error) {
        return unread(label, error);
      }
    }),
  );
  const fault = faults.find((found) => found !== undefined);
  if (fault) throw fault;
}

/** What tells a run's folder, whatever its name. */
const rooms = ['run.json', 'epochs', 'models', checkpointFile, 'checkpoint'];

/**
 * Whether a folder is, or was meant as, a run's: by its name, or by what lies in it. So `lost+found`, `__MACOSX`,
 * `System Volume Information` and their like are passed over, and a run whose folder was named otherwise is not.
 */
async function isRunFolder(artifacts: string, entry: Dirent): Promise<boolean> {
  if (entry.name.startsWith('.')) return false;
  const folder = join(artifacts, entry.name);
  // A link that leads nowhere is told, as a run that is not there.
  const isFolder =
    entry.isDirectory() ||
    (entry.isSymbolicLink() &&
      (await stat(folder).then(
        (found) => found.isDirectory(),
        () => true,
      )));
  if (!isFolder) return false;
  if (runNameSchema.safeParse(entry.name).success) return true;
  const found = await readdir(folder).catch(() => []);
  return found.some((name) => rooms.includes(name));
}

/** Names of the folders in `artifacts` that hold runs, whole or broken. No folder holds no runs. */
export async function runFolders(artifacts: string): Promise<string[]> {
  const entries = await readdir(artifacts, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const names: string[] = [];
  for (const entry of entries) if (await isRunFolder(artifacts, entry)) names.push(entry.name);
  return names.sort();
}

async function readWhole(directory: string, { contents = false } = {}): Promise<ListedRun> {
  const name = basename(directory);
  try {
    const run = await readRun(directory);
    const history = await readHistory(directory);
    await checkFiles(directory, run);
    if (contents)
      for await (const { fault } of eachContents(directory, run))
        if (fault !== undefined) return { name, fault };
    const killed = run.status === 'running' && !(await holderOf(directory));
    return { name, run, history, status: killed ? 'cut off' : run.status };
  } catch (error) {
    return { name, fault: unread(name, error).message };
  }
}

/**
 * Every run under `artifacts`: whole ones newest first, then the broken ones by name, each with its fault.
 *
 * @param contents whether to read every file and check its sum and what it holds (see `checkContents`), as before
 *   runs are published; otherwise their sizes alone are
 */
export async function listRuns(artifacts: string, { contents = false } = {}): Promise<ListedRun[]> {
  const listed: ListedRun[] = [];
  for (const name of await runFolders(artifacts))
    listed.push(await readWhole(join(artifacts, name), { contents }));
  const startOf = ({ run }: ListedRun) => (run ? Date.parse(run.startedAt) : Number.NEGATIVE_INFINITY);
  return listed.sort((a, b) => (startOf(a) === startOf(b) ? 0 : startOf(b) - startOf(a)));
}

/**
 * The folder of the run of this name, whole or broken.
 *
 * @throws InputError offering the nearest name when there is none
 */
export async function findFolder(artifacts: string, name: string): Promise<string> {
  const names = await runFolders(artifacts);
  if (names.includes(name)) return join(artifacts, name);
  if (names.length === 0)
    throw new InputError(
      `There is no run ${name}: ${artifacts} holds no runs; train one with npm run train.`,
    );
  const near = nearestName(name, names);
  const hint = near === undefined ? 'npm run runs lists those there are.' : `did you mean ${near}?`;
  throw new InputError(`There is no run ${name} in ${artifacts}; ${hint}`);
}

/**
 * The run of this name, whole.
 *
 * @throws InputError offering the nearest name when there is none, and for a broken run
 */
export async function findRun(artifacts: string, name: string): Promise<FoundRun> {
  const directory = await findFolder(artifacts, name);
  const { run, fault } = await readWhole(directory);
  if (!run) throw new InputError(fault);
  return { name, directory, run };
}
