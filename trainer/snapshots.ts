import type { Run } from './artifacts/schema.ts';
import type { DigitSet } from './data/digits.ts';
import { digitPixels } from './data/idx-format.ts';
import type { Engine } from './engines/engine.ts';
import { encodeGrid, renderGrid } from './export/grid.ts';
import { exportLayersModel } from './export/layers-model.ts';
import { createSampler } from './gan/sampler.ts';
import type { Training } from './gan/training.ts';
import { generatorInput, rowLabel } from './random/latents.ts';
import { outputRange } from './recipes/layers.ts';

export interface Snapshots {
  /** The published generator's grid of the run's fixed latents, and the generator itself where asked for. */
  take(
    what: 'with model' | 'grid only',
  ): Promise<{ grid: Uint8Array; model?: { json: string; weights: Uint8Array } }>;
  /** A grid of real digits, by rows of one class where the GAN knows classes. */
  reals(digits: DigitSet): Promise<Uint8Array>;
}

/**
 * The first digits of a set that fill a grid, row by row; where classes are told apart, each row shows one.
 *
 * @returns places in the set; undefined for a cell that no digit is left for
 */
export function pickReals(
  { count, labels }: Pick<DigitSet, 'count' | 'labels'>,
  { rows, columns, classes }: { readonly rows: number; readonly columns: number; readonly classes: number },
): (number | undefined)[] {
  const order = Array.from({ length: count }, (_, digit) => digit);
  const labelOf = rowLabel(columns, classes);
  return Array.from({ length: rows }, (_, row) => {
    const first = row * columns;
    const fitting =
      classes > 0
        ? order.filter((digit) => labels[digit] === labelOf(first))
        : order.slice(first, first + columns);
    return Array.from({ length: columns }, (_, column) => fitting[column]);
  }).flat();
}

/** Prepares what every epoch publishes: a compiled forward pass over the same latents each time. */
export async function createSnapshots({
  engine,
  training,
  grid: { seed, rows, columns },
}: {
  readonly engine: Engine;
  readonly training: Training;
  readonly grid: Pick<Run['grid'], 'seed' | 'rows' | 'columns'>;
}): Promise<Snapshots> {
  const { generator, recipe, config } = training.gan;
  const { classes } = recipe;
  const count = rows * columns;
  const sampler = await createSampler(engine, generator, { batch: count });
  const labelOf = rowLabel(columns, classes);
  const inputs = generatorInput({ seed, first: 0, count, latentSize: config.latentSize, classes, labelOf });
  return {
    async take(what) {
      const weights = await training.published();
      await sampler.load(weights);
      const images = await sampler.draw(inputs);
      const grid = await renderGrid(images, { range: outputRange(config.outputActivation), rows, columns });
      if (what === 'grid only') return { grid };
      const model = await exportLayersModel(generator, new Map(Object.entries(weights)), {
        dtype: 'float16',
      });
      return { grid, model };
    },
    async reals(digits) {
      const pixels = new Uint8Array(count * digitPixels);
      for (const [place, digit] of pickReals(digits, { rows, columns, classes }).entries()) {
        if (digit === undefined) continue;
        const from = digit * digitPixels;
        pixels.set(digits.images.subarray(from, from + digitPixels), place * digitPixels);
      }
      return await encodeGrid(pixels, { rows, columns });
    },
  };
}
