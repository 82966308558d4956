import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../artifacts/checkpoint.ts';
import { readHistory, readRun } from '../artifacts/reader.ts';
import type { StepInfo, WarningInfo } from '../cli/progress.ts';
import { findResumed } from '../commands/resume.ts';
import { loadDigits } from '../data/digits.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { startTraining, type Training } from '../gan/training.ts';
import { mlp } from '../recipes/mlp.ts';
import { type Overrides, type Recipe, resolveConfig } from '../recipes/recipe.ts';
import { type RunEnd, trainRun } from './run.ts';
import { splitDigits } from './scores.ts';

export interface TinyRun {
  readonly artifacts: string;
  readonly recipe?: Recipe;
  readonly chosen?: Overrides;
  /** Goes on with the run from its checkpoint, or from its start where it has none yet. */
  readonly resume?: boolean;
  /** Asks to stop when this step is done. */
  readonly stopAfter?: number;
  /** Called after each step; what it throws ends the training. */
  readonly onStep?: (info: StepInfo) => void;
  /** Stands in for parts of the training. */
  readonly replace?: (training: Training) => Partial<Training>;
  /** Hears what the user is told beside the progress. */
  readonly onWords?: (words: string | WarningInfo) => void;
}

/** Sets of digits by their limits, which the tests of a file share: to read and check one takes a while. */
const sets = new Map<number, ReturnType<typeof loadDigits>>();

function digitsOf(limit: number): ReturnType<typeof loadDigits> {
  const set = sets.get(limit) ?? loadDigits({ limit });
  sets.set(limit, set);
  return set;
}

/** Every tiny run is called this. */
export const tinyName = 'tiny';

/** Trains a small GAN on a few real digits, as the train command does, in this process. */
export async function trainTiny(options: TinyRun): Promise<RunEnd> {
  const { artifacts, recipe = mlp, chosen = {}, resume = false, stopAfter, onStep, replace } = options;
  const { onWords = () => undefined } = options;
  const resolved = resolveConfig(recipe, {
    ...{ latentSize: 4, batch: 16, limit: 200, epochs: 3, engine: 'cpu', threads: 1 },
    ...{ publishEvery: 1, modelEvery: 1, ...chosen },
  });
  const { config } = resolved;
  const data = await digitsOf(config.limit);
  const engine = startEngine(await chooseEngine(config));
  const interrupt = { stopping: stopAfter === 0 };
  try {
    const resumed = resume ? await findResumed(artifacts, tinyName) : undefined;
    const from = resumed?.checkpoint;
    const split = splitDigits(data, config, resumed?.run);
    const training = await startTraining({ recipe, config, digits: split.seen, engine, from });
    const step = (info: StepInfo) => {
      interrupt.stopping ||= info.step === stopAfter;
      onStep?.(info);
    };
    const reporter = { start() {}, epoch() {}, step, note: onWords, warn: onWords };
    const played = { ...training, ...replace?.(training) };
    return await trainRun({
      ...{
        artifacts,
        name: tinyName,
        resolved,
        data,
        split,
        engine,
        training: played,
        reporter,
        interrupt,
        from,
        goOn: (name) => `train --resume ${name} --artifacts ${artifacts}`,
      },
    });
  } finally {
    await engine.dispose();
  }
}

/** Everything that a run computed, without what a clock measured. */
export async function computedBy(artifacts: string) {
  const directory = join(artifacts, tinyName);
  const { epochs, status, config } = await readRun(directory);
  const history = await readHistory(directory);
  const { tensors, step } = await readCheckpoint(directory);
  const published: Record<string, Buffer> = {};
  for (const room of ['epochs', 'models'])
    for (const entry of await readdir(join(directory, room), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        published[path.slice(directory.length)] = await readFile(path);
      }
  return {
    ...{ epochs, status, config, tensors, step, published },
    steps: history.steps,
    means: history.epochs.map(({ seconds, imagesPerSecond, ...means }) => means),
  };
}
