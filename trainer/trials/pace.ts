import { quantile } from '../bench/timing.ts';
import { countFlops } from '../compile/kernels/index.ts';
import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import { startTraining } from '../gan/training.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { Pace } from './plan.ts';

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
