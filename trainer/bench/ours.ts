import type { Tensor } from '@tensorflow/tfjs';
import { sizeOf } from '../compile/graph.ts';
import { countFlops } from '../compile/kernels/index.ts';
import { tf } from '../compile/tf.ts';
import { trace } from '../compile/trace.ts';
import type { Engine } from '../engines/engine.ts';
import { stepInputs } from '../gan/inputs.ts';
import { traceStep } from '../gan/training.ts';
import { noiseDigits, type TimedRecipe, timedGan } from './step-fixture.ts';
import type { Subject } from './timing.ts';

/** Side of the matrices whose product is the peak: large enough that more does not raise the rate. */
const peakSide = 2048;
export const peakGflop = (2 * peakSide ** 3) / 1e9;

/** The compiled training step, from the call to its results, as the training loop waits for it. */
export async function compiledStep(
  engine: Engine,
  recipe: TimedRecipe,
  batch?: number,
): Promise<Subject & { gflop: number; batch: number }> {
  const gan = timedGan(recipe, batch);
  const { graph, initialState } = traceStep(gan);
  const program = await engine.load(graph, initialState());
  const prepare = stepInputs(gan, noiseDigits(gan.config.batch));
  gan.dispose();
  let step = 0;
  return {
    name: 'compiled',
    perRound: 3,
    gflop: countFlops(graph) / 1e9,
    batch: gan.config.batch,
    async time() {
      const inputs = prepare(++step);
      const start = performance.now();
      await program.run(inputs);
      return performance.now() - start;
    },
    end: () => program.dispose(),
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
