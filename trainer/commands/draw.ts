import type * as tfjs from '@tensorflow/tfjs';
import { readCheckpoint } from '../artifacts/checkpoint.ts';

import { type FoundRun, parseModel, readListed } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { InputError } from '../errors.ts';
import { buildGenerator } from '../export/layers-model.ts';
import { createSampler, drawnAtOnce } from '../gan/forward.ts';
import { type Drawn, type DrawOptions, drawAll, drawDigits, type Forward } from '../plan/draw.ts';
import { checkpointFault, recordFault } from './record-fault.ts';

export interface PublishedModel {
  readonly epoch: number;
  /** Its model.json, inside the run's folder. */
  readonly model: string;
}

/** Every generator that a run has published, in order. */
export const publishedModels = (run: Run): PublishedModel[] =>
  run.epochs.flatMap(({ epoch, model }) => (model ? [{ epoch, model }] : []));

/**
 * The generator of an epoch, by default the last.
 *
 * @throws InputError for an epoch that published none, naming those that did
 */
export function publishedModel(run: Run, epoch: number | undefined): PublishedModel {
  const having = publishedModels(run);
  const found = epoch === undefined ? having.at(-1) : having.find((e) => e.epoch === epoch);
  if (found) return found;
  if (having.length === 0) throw new InputError(`${run.name} has published no generator yet.`);
  const epochs = having.map((e) => e.epoch);
  const distance = (e: number) => Math.abs(e - (epoch ?? 0));
  const nearest = epochs.reduce((best, e) => (distance(e) < distance(best) ? e : best));
  throw new InputError(
    `${run.name} has no generator of epoch ${epoch}; ${epochs.length > 12 ? `the nearest is that of epoch ${nearest}` : `it has those of the epochs ${epochs.join(', ')}`}.`,
  );
}

/**
 * A published generator, as it was written: its files have the sums that the record lists, and it is of the latents and
 * classes that the record says. The caller disposes of it.
 *
 * @param directory the run's folder
 * @param model the generator's model.json, inside it
 * @throws InputError naming the file and what is wrong with it
 */
export async function loadPublished(directory: string, run: Run, model: string): Promise<tfjs.LayersModel> {
  const fault = recordFault(run);
  if (fault !== undefined) throw new InputError(fault);
  const label = `${run.name}/${model}`;
  const json = parseModel(label, await readListed(directory, run, model));
  const weights = await readListed(directory, run, model.replace('model.json', 'weights.bin'));
  const { latentSize, classes } = run.generator;
  return await buildGenerator(json, weights, { wanted: latentSize + classes, label });
}

/** What to draw with a published generator. */
export interface PublishedDraw {
  readonly engine: Engine;
  /** The run's folder. */
  readonly directory: string;
  readonly run: Run;
  /** Its generator's model.json, as `publishedModel` gives it. */
  readonly model: string;
  /** By name, in place of the published ones. */
  readonly weights?: Tensors | undefined;
  readonly seed: number;
  /** Index of the first digit. */
  readonly first?: number;
  readonly count: number;
  readonly labelOf?: ((index: number) => number) | undefined;
}

/** A published generator, ready to draw, and what it shall draw. */
async function readyDraw(draw: PublishedDraw): Promise<[Forward, DrawOptions]> {
  const { engine, directory, run, model, weights, ...drawn } = draw;
  const generator = await loadPublished(directory, run, model);
  const sampler = await createSampler(engine, generator, Math.min(drawnAtOnce, draw.count));
  if (weights) await sampler.load(weights);
  return [sampler, { ...run.generator, ...drawn }];
}

/** Draws digits first, first + 1, … of a seed with a published generator, some at a time. */
export async function* drawPublished(draw: PublishedDraw): AsyncGenerator<Drawn> {
  yield* drawDigits(...(await readyDraw(draw)));
}

/** All digits of a draw at once; labels are zeros for a generator without classes. */
export const drawAllPublished = async (draw: PublishedDraw): Promise<DigitSet> =>
  await drawAll(...(await readyDraw(draw)));

/**
 * The weights of a run's generator as they are, by name, where the published ones are averages. Only its checkpoint
 * has them.
 *
 * @throws InputError where nothing is averaged, there is no checkpoint, or it is of another run or another step than
 * the generator
 */
export async function rawWeights(
  { directory, run }: FoundRun,
  { epoch }: Pick<PublishedModel, 'epoch'>,
): Promise<Tensors> {
  if (!run.generator.ema)
    throw new InputError(
      `${run.name} averages no weights, so what it publishes are the raw ones; leave out --raw.`,
    );
  const checkpoint = await readCheckpoint(directory).catch((error: unknown) => {
    throw error instanceof InputError
      ? new InputError(
          `The raw weights of ${run.name} were in its checkpoint alone, which is missing or damaged; leave out --raw.`,
        )
      : error;
  });
  const fault = checkpointFault(run, checkpoint);
  if (fault !== undefined) throw new InputError(fault);
  const step = run.epochs.find((published) => published.epoch === epoch)?.step;
  if (checkpoint.step !== step)
    throw new InputError(
      `${run.name} has the raw weights of step ${checkpoint.step} only, where its checkpoint stands, and the generator of epoch ${epoch} is of step ${step}; leave out --raw.`,
    );
  return Object.fromEntries(
    checkpoint.tensors.map(({ name, values }) => [name, Float32Array.from(values)] as const),
  );
}
