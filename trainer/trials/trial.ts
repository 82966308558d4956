import { quantile } from '../bench/timing.ts';
import { countFlops } from '../compile/kernels/index.ts';
import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { createSampler, type Sampler } from '../gan/forward.ts';
import { startTraining, type Training } from '../gan/training.ts';
import { drawAll } from '../plan/draw.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { watchGame } from '../session/steps.ts';
import type { Pace } from './plan.ts';

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

const warmUp = 3;
/** A step of a heavy recipe takes seconds, and one of a light one a few milliseconds. */
const most = { steps: 60, seconds: 12 };

/**
 * Times a variant's step, its inputs' preparation beside it as in training. The quickest tenth counts: other work on the
 * machine can only add to a step.
 */
export async function measurePace(
  engine: Engine,
  { recipe, config, digits }: { readonly recipe: Recipe; readonly config: Config; readonly digits: DigitSet },
): Promise<Pace> {
  const training = await startTraining({ recipe, config, digits, engine });
  try {
    const gflop = countFlops(training.compiled.step.graph) / 1e9;
    const times: number[] = [];
    const end = performance.now() + most.seconds * 1000;
    let start = performance.now();
    for await (const { step } of training.play({ to: warmUp + most.steps })) {
      if (step > warmUp) times.push(performance.now() - start);
      if (times.length > 2 && performance.now() > end) break;
      start = performance.now();
    }
    return { ms: quantile(times, 0.1), gflop };
  } finally {
    await training.dispose();
  }
}
