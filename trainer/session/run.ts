import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import process from 'node:process';
import { z } from 'zod';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { readRun } from '../artifacts/reader.ts';
import type { EndStatus, RunDetails } from '../artifacts/records.ts';
import { openRun, type RunWriter } from '../artifacts/writer.ts';
import type { EndInfo, Reporter } from '../cli/progress.ts';
import type { DigitData, Split } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { EngineInfo } from '../engines/program.ts';
import { inWords } from '../engines/registry.ts';
import { firstLine } from '../errors.ts';
import { outputRange } from '../export/pixels.ts';
import type { Game, Gan } from '../gan/game.ts';
import { summariseNetwork } from '../gan/summary.ts';
import type { Training } from '../gan/training.ts';
import { stepsPerEpoch } from '../plan/inputs.ts';
import { gridShape } from '../plan/plan.ts';
import type { Resolved } from '../recipes/recipe.ts';
import { createEpochScorer } from './scores.ts';
import { createSnapshots } from './snapshots.ts';
import { train } from './train.ts';

export interface TrainRunOptions {
  /** The folder of all runs. */
  readonly artifacts: string;
  readonly name: string;
  /** Takes the next free name where another process was given this one first. */
  readonly renames?: boolean | undefined;
  readonly resolved: Resolved;
  readonly data: DigitData;
  /** Its training digits: those that the training sees, and those held out. */
  readonly split: Split;
  readonly engine: Engine;
  readonly training: Training;
  readonly reporter: Pick<Reporter, 'start' | 'step' | 'epoch' | 'note' | 'warn'>;
  readonly interrupt: { readonly stopping: boolean };
  /** The checkpoint to go on from. */
  readonly from?: Checkpoint | undefined;
  /** The command that goes on with a run of this name. */
  goOn(name: string): string;
}

export type RunEnd = EndInfo & { readonly status: EndStatus };

/** Trains a run and writes its folder, from its first record to its end, whichever that is. */
export async function trainRun(options: TrainRunOptions): Promise<RunEnd> {
  const { artifacts, resolved, data, split, engine, training, reporter, interrupt, from, goOn } = options;
  const { gan } = training;
  const { recipe, config } = gan;
  if (interrupt.stopping) {
    const { epoch: epochs, step, seconds } = from ?? { epoch: 0, step: 0, seconds: 0 };
    const message = 'Stopped by the user before the first step.';
    return { run: options.name, status: 'stopped', epochs, step, seconds, folder: null, message };
  }
  const details = await describeRun({
    ...{ name: options.name, resolved, recipe, data, heldOut: split.heldOut.count, engine: engine.info, gan },
  });
  const writer = await openRun({ artifacts, details, renames: options.renames, resume: from });
  const { name } = writer.run();
  try {
    const snapshots = await createSnapshots({ engine, training, grid: writer.run().grid });
    if (!from?.step) await writer.writeReals(await snapshots.reals(data.train));
    reporter.start({
      run: name,
      recipe: recipe.name,
      engine: inWords(engine.info),
      epochs: config.epochs,
      stepsPerEpoch: stepsPerEpoch(split.seen.count, config.batch),
      batch: config.batch,
      step: from?.step ?? 0,
    });
    const { epoch: epochs, ...outcome } = await train({
      training,
      digits: split.seen.count,
      writer,
      reporter,
      interrupt,
      snapshot: snapshots.take,
      score: await createEpochScorer({ engine, training, data }).catch((error: unknown) => {
        reporter.note(`no epoch is scored: ${firstLine(error)}`);
        return undefined;
      }),
      from,
    });
    return { run: name, epochs, ...outcome, folder: writer.directory };
  } catch (error) {
    await leave(writer, error);
    const left = await readRun(writer.directory).catch(() => undefined);
    // It may have been moved away, or another put in its place.
    if (left?.startedAt === writer.run().startedAt)
      reporter.note(`${name} stopped by an error; go on from what it has saved with: ${goOn(name)}`);
    throw error;
  }
}

/** Ends a run that an error cut short, as far as the error lets it. */
async function leave(writer: RunWriter, error: unknown): Promise<void> {
  await writer.finish('stopped', `Stopped by an error: ${firstLine(error)}`).catch(() => undefined);
}

/** Packages whose version can change what a run computes. */
const packages = ['@tensorflow/tfjs', 'onnxruntime-node'] as const;
const manifest = z.object({ version: z.string() });

async function versionOf(path: string | URL): Promise<string> {
  return manifest.parse(JSON.parse(await readFile(path, 'utf8'))).version;
}

/** The versions that a run depends on, for its record. */
export async function versions(): Promise<Record<string, string>> {
  const { resolve } = createRequire(import.meta.url);
  const own = new URL('../../package.json', import.meta.url);
  const entries = packages.map(
    async (name) => [name, await versionOf(resolve(`${name}/package.json`))] as const,
  );
  return {
    inkling: await versionOf(own),
    node: process.versions.node,
    ...Object.fromEntries(await Promise.all(entries)),
  };
}

/** What a run's record says of it before the first step. */
async function describeRun({
  name,
  resolved: { config, origins },
  recipe,
  data,
  heldOut,
  engine,
  gan,
}: {
  readonly name: string;
  readonly resolved: Resolved;
  readonly recipe: Game;
  readonly data: DigitData;
  readonly heldOut: number;
  readonly engine: EngineInfo;
  readonly gan: Gan;
}): Promise<RunDetails> {
  return {
    name,
    recipe: recipe.name,
    config,
    origins: { ...origins },
    engine: { requested: config.engine, ...engine },
    versions: await versions(),
    data: {
      name: data.name,
      train: data.train.count,
      test: data.test.count,
      heldOut,
      sha256: data.sha256,
    },
    networks: {
      generator: summariseNetwork(gan.generator),
      discriminator: summariseNetwork(gan.discriminator),
    },
    generator: {
      latentSize: config.latentSize,
      classes: recipe.classes,
      range: outputRange(config.outputActivation),
      ema: config.emaDecay > 0,
    },
    grid: { seed: config.seed, ...gridShape, cell: 28 },
  };
}
