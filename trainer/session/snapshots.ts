import type { Run } from '../artifacts/schema.ts';
import type { DigitSet } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { exportLayersModel } from '../export/layers-model.ts';
import { outputRange } from '../export/pixels.ts';
import { encodeGrid, renderGrid } from '../export/png.ts';
import { loadSampler } from '../gan/forward.ts';
import type { Training } from '../gan/training.ts';
import { generatorInput, rowLabel } from '../random/latents.ts';

/** What an epoch publishes. */
export interface Snapshot {
  /** The published generator's grid of the run's fixed latents: a PNG. */
  readonly grid: Uint8Array;
  /** The same by the raw weights, where the published ones are averages. */
  readonly rawGrid: Uint8Array | undefined;
  /** The published generator, where asked for. */
  readonly model: { readonly json: string; readonly weights: Uint8Array } | undefined;
}

export interface Snapshots {
  take(what: 'with model' | 'grid only'): Promise<Snapshot>;
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
  const sampler = await loadSampler(engine, training.compiled.generator);
  const labelOf = rowLabel(columns, classes);
  const inputs = generatorInput({ seed, first: 0, count, latentSize: config.latentSize, classes, labelOf });
  const gridOf = async (weights: Tensors) => {
    await sampler.load(weights);
    const images = await sampler.draw(inputs);
    return await renderGrid(images, { range: outputRange(config.outputActivation), rows, columns });
  };
  return {
    async take(what) {
      const { published, raw } = await training.weights();
      const named = new Map(Object.entries(published));
      return {
        grid: await gridOf(published),
        rawGrid: raw && (await gridOf(raw)),
        model:
          what === 'with model' ? await exportLayersModel(generator, named, { dtype: 'float16' }) : undefined,
      };
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
