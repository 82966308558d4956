import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { toBytes } from '../export/pixels.ts';
import { averageOf } from '../gan/gan.ts';
import { createSampler, type Sampler } from '../gan/sampler.ts';
import { startTraining, type Training } from '../gan/training.ts';
import { watchGame } from '../gan/watch.ts';
import { generatorInput } from '../random/latents.ts';
import { outputRange } from '../recipes/layers.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** Digits of one draw. */
const batch = 500;

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
  const { engine, recipe, config, digits, marks, interrupt, onMark } = options;
  const lastStep = marks.at(-1) ?? 0;
  const training = await startTraining({ recipe, config, digits, engine, lastStep });
  const sampler = await createSampler(engine, training.gan.generator, { batch });
  const watch = watchGame();
  try {
    let next = training.prepare(1);
    for (let step = 1; step <= lastStep; step++) {
      const running = training.play(next);
      if (step < lastStep) next = training.prepare(step + 1);
      const fault = watch(step, await running);
      if (fault) return fault;
      if (interrupt.stopping) return 'stopped by the user';
      if (!marks.includes(step)) continue;
      const { raw, averaged } = await weightsOf(training);
      const draw = (weights: Tensors) => drawDigits(sampler, weights, options);
      await onMark(step, await draw(raw), averaged && (await draw(averaged)));
    }
    return undefined;
  } finally {
    await sampler.dispose();
    await training.dispose();
  }
}

/** The generator's weights as they are, and their average where one is kept. */
async function weightsOf({ gan, state }: Training): Promise<{ raw: Tensors; averaged?: Tensors }> {
  const values = Object.fromEntries(
    (await state()).map((tensor) => [tensor.name, Float32Array.from(tensor.values)] as const),
  );
  const names = gan.generator.weights.map(({ originalName }) => originalName);
  const raw = Object.fromEntries(names.map((name) => [name, values[name]!]));
  if (gan.averages.length === 0) return { raw };
  return { raw, averaged: Object.fromEntries(names.map((name) => [name, values[averageOf(name)]!])) };
}

async function drawDigits(
  sampler: Sampler,
  weights: Tensors,
  { recipe: { classes }, config, samples }: Pick<TrialOptions, 'recipe' | 'config' | 'samples'>,
): Promise<Uint8Array> {
  await sampler.load(weights);
  const range = outputRange(config.outputActivation);
  const images = new Uint8Array(samples * digitPixels);
  for (let first = 0; first < samples; first += batch) {
    const { seed, latentSize } = config;
    const input = generatorInput({ seed, first, count: batch, latentSize, classes });
    images.set(toBytes(await sampler.draw(input), range), first * digitPixels);
  }
  return images;
}
