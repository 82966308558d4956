import type * as tfjs from '@tensorflow/tfjs';
import { parseModel, readListed } from '../artifacts/contents.ts';
import type { Run } from '../artifacts/schema.ts';
import type { DigitSet } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { InputError } from '../errors.ts';
import { buildGenerator } from '../export/layers-model.ts';
import { toBytes } from '../export/pixels.ts';
import { createSampler, drawnAtOnce } from '../gan/sampler.ts';
import { generatorInput } from '../random/latents.ts';
import { recordFault } from './record-fault.ts';

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

/** Some digits of a draw. */
export interface Drawn {
  /** Digits drawn so far, these included. */
  readonly done: number;
  /** [n, 28, 28], 0 is paper and 255 is ink */
  readonly images: Uint8Array;
  /** [n]; null for a generator without classes */
  readonly labels: Uint8Array | null;
}

/** Draws digits first, first + 1, … of a seed with a published generator, some at a time. */
export async function* drawDigits({
  engine,
  directory,
  run,
  model,
  weights,
  seed,
  first = 0,
  count,
  labelOf = (index) => index % run.generator.classes,
}: {
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
  readonly labelOf?: (index: number) => number;
}): AsyncGenerator<Drawn> {
  const { latentSize, classes, range } = run.generator;
  const generator = await loadPublished(directory, run, model);
  const sampler = await createSampler(engine, generator, { batch: Math.min(drawnAtOnce, count) });
  if (weights) await sampler.load(weights);
  for (let done = 0; done < count; done += sampler.batch) {
    const n = Math.min(sampler.batch, count - done);
    const from = first + done;
    const inputs = generatorInput({ seed, first: from, count: n, latentSize, classes, labelOf });
    const images = toBytes(await sampler.draw(inputs), range);
    const labels = classes > 0 ? Uint8Array.from({ length: n }, (_, i) => labelOf(from + i)) : null;
    yield { done: done + n, images, labels };
  }
}

/** All digits of a draw at once; labels are zeros for a generator without classes. */
export async function drawAll(draw: Parameters<typeof drawDigits>[0]): Promise<DigitSet> {
  const { count } = draw;
  const all = { images: new Uint8Array(count * digitPixels), labels: new Uint8Array(count), count };
  let at = 0;
  for await (const { done, images, labels } of drawDigits(draw)) {
    all.images.set(images, at * digitPixels);
    if (labels) all.labels.set(labels, at);
    at = done;
  }
  return all;
}
