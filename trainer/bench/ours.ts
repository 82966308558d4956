import type { Tensor } from '@tensorflow/tfjs';
import { sizeOf } from '../compile/graph.ts';
import { countFlops } from '../compile/kernels/index.ts';
import { tf } from '../compile/tf.ts';
import { trace } from '../compile/trace.ts';
import type { Engine } from '../engines/engine.ts';
import { startTraining } from '../gan/training.ts';
import { type TimedRecipe, timedGame } from './timed-game.ts';
import type { Subject } from './timing.ts';

/** Side of the matrices whose product is the peak: large enough that more does not raise the rate. */
const peakSide = 2048;
export const peakGflop = (2 * peakSide ** 3) / 1e9;

/** The compiled training step, from the call to its results, as the training loop waits for it. */
export async function compiledStep(
  engine: Engine,
  name: TimedRecipe,
  batch?: number,
): Promise<Subject & { gflop: number; batch: number }> {
  const timed = timedGame(name, batch);
  const training = await startTraining({ ...timed, engine });
  const steps = training.play({ to: Number.MAX_SAFE_INTEGER });
  return {
    name: 'compiled',
    perRound: 3,
    gflop: countFlops(training.compiled.step.graph) / 1e9,
    batch: timed.config.batch,
    async time() {
      const start = performance.now();
      await steps.next();
      return performance.now() - start;
    },
    end: () => training.dispose(),
  };
}

/** One large product of matrices that stay where they are: the most that this runtime gets out of the machine. */
export async function peakProduct(engine: Engine): Promise<Subject> {
  const names = ['a', 'b', 'product'] as const;
  const [a, b, product] = names.map((name) =>
    tf.variable(tf.zeros([peakSide, peakSide]) as Tensor, false, name),
  );
  const { graph } = trace(() => {
    product!.assign(tf.matMul(a!, b!));
    return {};
  }, {});
  tf.dispose([a!, b!, product!]);
  const matrix = () => Float32Array.from({ length: sizeOf([peakSide, peakSide]) }, (_, i) => Math.sin(i));
  const program = await engine.load(graph, { a: matrix(), b: matrix() });
  return {
    name: 'peak',
    perRound: 1,
    async time() {
      const start = performance.now();
      await program.run({});
      return performance.now() - start;
    },
    end: () => program.dispose(),
  };
}
