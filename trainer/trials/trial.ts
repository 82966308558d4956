import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { createSampler, type Sampler } from '../gan/forward.ts';
import { startTraining, type Training } from '../gan/training.ts';
import { drawAll } from '../plan/draw.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { watchGame } from '../session/steps.ts';

export interface TrialOptions {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly config: Config;
  readonly digits: DigitSet;
  /** How many digits to draw each time. */
  readonly samples: number;
  /** Steps after which the generator is drawn from, ascending; the last ends the trial. */
  readonly marks: readonly number[];
  /** Set when the user wants to stop. */
  readonly interrupt: { readonly stopping: boolean };
  /** Told of each mark: digits of the weights as they are, and of the averaged ones where there are any. */
  onMark(step: number, raw: Uint8Array, averaged: Uint8Array | undefined): Promise<void>;
}

/**
 * Trains a GAN for some steps, in memory, drawing digits on the way. Rates that fall have fallen at the last mark.
 *
 * @returns why it could not go on; undefined when it came to its end
 */
export async function runTrial(options: TrialOptions): Promise<string | undefined> {
  const { engine, recipe, config, digits, marks } = options;
  const lastStep = marks.at(-1) ?? 0;
  const training = await startTraining({ recipe, config, digits, engine, lastStep });
  try {
    const sampler = await createSampler(engine, training.gan.generator);
    try {
      return await playTo(lastStep, training, sampler, options);
    } finally {
      await sampler.dispose();
    }
  } finally {
    await training.dispose();
  }
}

async function playTo(
  lastStep: number,
  training: Training,
  sampler: Sampler,
  { samples, marks, interrupt, onMark }: TrialOptions,
): Promise<string | undefined> {
  const watch = watchGame();
  const drawn = { ...training.compiled.plan, seed: training.gan.config.seed, count: samples };
  const draw = async (weights: Tensors) => {
    await sampler.load(weights);
    return (await drawAll(sampler, drawn)).images;
  };
  for await (const { step, results } of training.play({ to: lastStep })) {
    const fault = watch(step, results);
    if (fault) return fault;
    if (interrupt.stopping) return 'stopped by the user';
    if (!marks.includes(step)) continue;
    const { published, raw } = await training.weights();
    if (raw) await onMark(step, await draw(raw), await draw(published));
    else await onMark(step, await draw(published), undefined);
  }
  return undefined;
}
