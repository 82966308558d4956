import { openSampler } from './client.ts';
import { modelAt, type PublishedModel, type SamplerFacts } from './facts.ts';
import { gridInput, shiftAlong, walkInput } from './inputs.ts';
import type { Directions, Drawing, ModelFiles } from './protocol.ts';
import type { SamplerState } from './state.ts';
import { directionCount } from './state-names.ts';

/** Digits of a walk, both ends included. */
export const walkSteps = 33;

/** What a state looks like at an epoch. */
export interface Picture {
  readonly state: SamplerState;
  /** Whose generator drew it: not always that of the epoch asked for, since not every one is published. */
  readonly model: PublishedModel;
  readonly grid: Drawing;
  /** [walkSteps, 28, 28] */
  readonly walk: Drawing;
  /** What the walk was drawn from: [walkSteps, latentSize + classes]. */
  readonly path: Float32Array;
}

export interface Studio {
  /** @throws Error with a sentence for the visitor */
  draw(state: SamplerState, epoch: number): Promise<Picture>;
  /**
   * The digit that a walk has got to, as every kept generator draws it, in the order of their epochs.
   *
   * @param step of the picture's walk
   * @throws Error with a sentence for the visitor
   */
  film(picture: Picture, step: number): AsyncGenerator<{ epoch: number; pixels: Uint8Array }>;
  close(): void;
}

/** Absolute addresses: a worker's own address is no base for the page's. */
function filesOf({ json, weights }: PublishedModel): ModelFiles {
  return { json: new URL(json, location.href).href, weights: new URL(weights, location.href).href };
}

/** Draws a run's states with the worker, which starts at the first. */
export function openStudio({ grid, generator, models }: SamplerFacts): Studio {
  const { range, ...shape } = generator;
  const directions = new Map<string, Directions>();
  const sampler = openSampler();

  /** Directions are looked up only for a visitor who follows one. */
  const shiftFor = async (model: ModelFiles, moves: readonly number[]) => {
    const { latentSize } = shape;
    if (moves.every((move) => move === 0)) return new Float32Array(latentSize);
    const known = directions.get(model.json);
    const found =
      known ??
      (await sampler.ask<'directions'>({ kind: 'directions', model, latentSize, count: directionCount }));
    directions.set(model.json, found);
    return shiftAlong(found, moves, latentSize);
  };

  return {
    async draw(state, epoch) {
      const published = modelAt(models, epoch);
      if (!published) throw new Error('No generator of this run has been published yet.');
      const model = filesOf(published);
      const shift = await shiftFor(model, state.moves);
      const input = gridInput(shape, { ...grid, ...state, shift });
      const path = walkInput(input, shape, { ...state, steps: walkSteps });
      const ask = (rows: Float32Array<ArrayBuffer>, count: number) =>
        sampler.ask<'draw'>({ kind: 'draw', model, input: rows, count, range });
      return {
        state,
        model: published,
        grid: await ask(input, grid.rows * grid.columns),
        walk: await ask(path, walkSteps),
        path,
      };
    },
    async *film({ path }, step) {
      const width = shape.latentSize + shape.classes;
      const input = path.slice(step * width, (step + 1) * width);
      for (const published of models) {
        const { pixels } = await sampler.ask<'draw'>({
          kind: 'draw',
          model: filesOf(published),
          input,
          count: 1,
          range,
        });
        yield { epoch: published.epoch, pixels };
      }
    },

    close: () => sampler.close(),
  };
}
