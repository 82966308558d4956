import { fillNormal, fillNormalBatch } from './streams.ts';

export interface LatentRange {
  /** 0 … 2^32 - 1 */
  seed: number;
  /** Index of the first digit; with its seed, a digit's index is its address. */
  first: number;
  count: number;
  latentSize: number;
}

/**
 * The public latents, standard normal: row i, [latentSize], is that of digit first + i. Grids, the generate
 * command and the live sampler all use them, so (seed, index) names one vector everywhere.
 *
 * @returns [count, latentSize]
 */
export function sampleLatents({ seed, first, count, latentSize }: LatentRange): Float32Array<ArrayBuffer> {
  const latents = new Float32Array(count * latentSize);
  fillNormalBatch(latents, { seed, purpose: 'sample', step: 0 }, count, latentSize, first);
  return latents;
}

function checkLabel(label: number | undefined, classes: number): number {
  if (label === undefined || !Number.isInteger(label) || label < 0 || label >= classes)
    throw new RangeError(`label is ${label}, wanted an integer from 0 to ${classes - 1}`);
  return label;
}

/**
 * A row for each label: 1 at the label, 0 elsewhere.
 *
 * @returns [labels.length, classes]
 * @throws RangeError for a label outside 0 … classes - 1
 */
export function oneHot(labels: ArrayLike<number>, classes: number): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) rows[i * classes + checkLabel(labels[i], classes)] = 1;
  return rows;
}

/** The class of a grid's cell where the GAN is conditional: each row shows one digit. */
export const rowLabel = (columns: number, classes: number) => (index: number) =>
  Math.floor(index / columns) % classes;

export interface GeneratorInputRange extends LatentRange {
  /** 0 for a generator without classes. */
  classes: number;
  /** The class that the digit of an index shall have; by default the classes in turn. */
  labelOf?: (index: number) => number;
}

/**
 * What an exported generator takes: each row is a public latent, then its class as a one-hot vector.
 * Without classes the rows are the latents alone.
 *
 * @returns [count, latentSize + classes]
 * @throws RangeError for a label outside 0 … classes - 1
 */
export function generatorInput({
  seed,
  first,
  count,
  latentSize,
  classes,
  labelOf = (index) => index % classes,
}: GeneratorInputRange): Float32Array<ArrayBuffer> {
  const width = latentSize + classes;
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const index = first + i;
    fillNormal(rows, { seed, purpose: 'sample', step: 0, index }, i * width, latentSize);
    if (classes > 0) rows[i * width + latentSize + checkLabel(labelOf(index), classes)] = 1;
  }
  return rows;
}
