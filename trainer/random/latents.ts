import { fillNormal } from './streams.ts';

function checkLabel(label: number | undefined, classes: number): number {
  if (label === undefined || !Number.isInteger(label) || label < 0 || label >= classes)
    throw new RangeError(`label is ${label}, wanted an integer from 0 to ${classes - 1}`);
  return label;
}

/** The class of a grid's cell where the GAN is conditional: each row shows one digit. */
export const rowLabel = (columns: number, classes: number) => (index: number) =>
  Math.floor(index / columns) % classes;

export interface GeneratorInputRange {
  /** 0 … 2^32 - 1 */
  seed: number;
  /** Index of the first digit; with its seed, a digit's index is its address. */
  first: number;
  count: number;
  latentSize: number;
  /** 0 for a generator without classes. */
  classes: number;
  /** The class that the digit of an index shall have; by default the classes in turn. */
  labelOf?: (index: number) => number;
}

/**
 * What an exported generator takes: each row is a public latent, standard normal, then its class as a one-hot
 * vector; without classes the rows are the latents alone. Row i is that of digit first + i. Grids, the generate
 * command and the live sampler all use these latents, so (seed, index) names one vector everywhere.
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
