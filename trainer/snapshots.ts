import type { Run } from './artifacts/schema.ts';
import type { DigitSet } from './data/digits.ts';
import { digitPixels } from './data/idx-format.ts';
import type { Engine } from './engines/engine.ts';
import { encodeGrid, renderGrid } from './export/grid.ts';
import { exportLayersModel } from './export/layers-model.ts';
import { createSampler } from './gan/sampler.ts';
import type { Training } from './gan/training.ts';
import { generatorInput } from './random/latents.ts';
import { outputRange } from './recipes/layers.ts';

export interface Snapshots {
  /** The published generator's grid of the run's fixed latents, and the generator itself where asked for. */
  take(
    what: 'with model' | 'grid only',
  ): Promise<{ grid: Uint8Array; model?: { json: string; weights: Uint8Array } }>;
  /** A grid of real digits, by rows of one class where the GAN knows classes. */
  reals(digits: DigitSet): Promise<Uint8Array>;
}

/** The class of a grid's cell where the GAN is conditional: each row shows one digit. */
export const rowLabel = (columns: number, classes: number) => (index: number) =>
  Math.floor(index / columns) % classes;

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
      const order = Array.from({ length: digits.count }, (_, i) => i);
      const rowsOf = (row: number) =>
        classes > 0 ? order.filter((i) => digits.labels[i] === row % classes) : order.slice(row * columns);
      const picked = Array.from({ length: rows }, (_, row) => rowsOf(row).slice(0, columns)).flat();
      const pixels = new Uint8Array(picked.length * digitPixels);
      picked.forEach((digit, place) => {
        pixels.set(
          digits.images.subarray(digit * digitPixels, (digit + 1) * digitPixels),
          place * digitPixels,
        );
      });
      return await encodeGrid(pixels, { rows, columns });
    },
  };
}
