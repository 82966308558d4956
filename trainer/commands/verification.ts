import { lstat, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { checkpointFile, readCheckpoint } from '../artifacts/checkpoint.ts';
import { checkListed, eachContents, readHistory, readRun } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import { tf } from '../compile/tf.ts';
import { InputError } from '../errors.ts';
import { generatorInput } from '../random/latents.ts';
import { loadPublished, publishedModels } from './draw.ts';
import { checkpointFault, historyFault, recordFault } from './record-fault.ts';
import { hasNotBegun } from './resume.ts';

/** What is found of a run whose every file is compared with its record. */
export interface Verified {
  readonly run: string;
  /** How many files its record lists, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Epochs whose generator was loaded and drew a digit. */
  readonly generators: readonly number[];
  /** Where its checkpoint stands; null without one. */
  readonly checkpoint: { readonly epoch: number; readonly step: number } | null;
  /** Files that lie there and are neither listed nor the trainer's own: no fault, for they are neither read nor published. */
  readonly unlisted: readonly string[];
  /** Sentences, each naming its file. Empty for a whole run. */
  readonly faults: readonly string[];
}

/** What the trainer, or that of an earlier version, keeps in a run's folder and lists nowhere. */
const kept =
  /^(?:run\.json|training\.(?:lock|claim)|checkpoint\.safetensors|checkpoint\/(?:state\.json|state-[0-9a-z-]+\.bin))$/;

/**
 * Compares every file of a run with its record: sizes, sums, schemas, pictures that decode, weights that are finite,
 * generators that load and draw, history and checkpoint that are of this run.
 *
 * @param directory the run's folder
 * @param every whether each published generator draws, rather than the last
 * @param onFile told what is being read
 */
export async function verifyRun(
  directory: string,
  { every, onFile }: { readonly every: boolean; readonly onFile: (path: string) => void },
): Promise<Verified> {
  const faults: string[] = [];
  const attempt = async <T>(check: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(error.message);
      return undefined;
    }
  };
  const contradiction = (sentence: string | undefined) => {
    if (sentence !== undefined) faults.push(sentence);
  };
  const found = {
    run: basename(directory),
    files: 0,
    bytes: 0,
    generators: [],
    checkpoint: null,
    unlisted: [],
  };
  const run = await attempt(() => readRun(directory));
  if (!run) return { ...found, faults };

  await attempt(() => checkListed(run));
  contradiction(recordFault(run));
  const broken = new Set<string>();
  for await (const { path, fault } of eachContents(directory, run)) {
    onFile(path);
    contradiction(fault);
    if (fault !== undefined) broken.add(path);
  }
  if (!broken.has('history.json')) {
    const history = await attempt(() => readHistory(directory));
    contradiction(history && historyFault(run, history));
  }
  const models = publishedModels(run).slice(every ? 0 : -1);
  const generators: number[] = [];
  for (const { epoch, model } of recordFault(run) === undefined ? models : []) {
    if (broken.has(model) || broken.has(model.replace('model.json', 'weights.bin'))) continue;
    onFile(model);
    if (await attempt(() => drawOne(directory, run, model))) generators.push(epoch);
  }
  onFile(checkpointFile);
  const saved =
    (await exists(join(directory, checkpointFile))) || (await exists(join(directory, 'checkpoint')));
  const state =
    saved && !(await hasNotBegun(directory, run))
      ? await attempt(() => readCheckpoint(directory))
      : undefined;
  contradiction(state && checkpointFault(run, state));
  return {
    ...found,
    files: run.files.length,
    bytes: run.files.reduce((sum, { bytes }) => sum + bytes, 0),
    generators,
    checkpoint: state ? { epoch: state.epoch, step: state.step } : null,
    unlisted: await unlistedFiles(directory, run),
    faults,
  };
}

/** @throws InputError where the generator does not load, or draws what is no number */
async function drawOne(directory: string, run: Run, model: string): Promise<true> {
  const generator = await loadPublished(directory, run, model);
  try {
    const { latentSize, classes } = run.generator;
    const labelOf = () => 0;
    const input = generatorInput({ seed: run.grid.seed, first: 0, count: 1, latentSize, classes, labelOf });
    const pixels = tf.tidy(() =>
      (generator.predict(tf.tensor2d(input, [1, latentSize + classes])) as tf.Tensor).dataSync(),
    );
    if (pixels.every(Number.isFinite)) return true;
    throw new InputError(`${run.name}/${model} draws what is no number; train the run again.`);
  } finally {
    generator.dispose();
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function unlistedFiles(directory: string, run: Run): Promise<string[]> {
  const listed = new Set(run.files.map(({ path }) => path));
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((path) => !listed.has(path) && !kept.test(path))
    .sort();
}
