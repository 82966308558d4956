import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { firstValues } from '../plan/first-values.ts';
import type { FirstValues } from '../plan/plan.ts';
import { variablesOf } from './trainable.ts';

// tfjs draws first values by generators of its own, in the order in which layers are built. Ours are numbers of Philox by
// address, which a plan can state and a browser draws alike.

export type Initializer = Exclude<
  Parameters<typeof tf.layers.dense>[0]['kernelInitializer'],
  string | undefined
>;

/** How the weights of a layer begin that is random: all but the address. */
type Rule =
  Extract<FirstValues, { readonly index: number }> extends infer Random
    ? Random extends unknown
      ? Omit<Random, 'index'>
      : never
    : never;

/** The rules of tensors that initialisers of ours made, and so of the variables that were made of them. */
const rules = new WeakMap<object, Rule>();

/** An initialiser that leaves zeros, and the rule by which `initialise` draws in their place. */
function byRule(ruleOf: (shape: readonly number[]) => Rule): Initializer {
  const initializer = tf.initializers.zeros();
  initializer.apply = (given) => {
    const shape = given as number[];
    const zeros = tf.zeros(shape);
    rules.set(zeros.dataId, ruleOf(shape));
    return zeros;
  };
  return initializer;
}

const normal = (mean: number, deviation: number, truncated = false): Rule => ({
  ...{ begins: 'normal', mean, deviation, truncated },
});
const uniform = (limit: number): Rule => ({ begins: 'uniform', low: -limit, high: limit });

/** Inputs and outputs of one number that a kernel [..., in, out] computes. */
function fans(shape: readonly number[]): [into: number, out: number] {
  const field = shape.slice(0, -2).reduce((product, d) => product * d, 1);
  return [field * shape.at(-2)!, field * shape.at(-1)!];
}

/** N(mean, deviation²). */
export const normalAround = (mean: number, deviation: number) => byRule(() => normal(mean, deviation));

/** N(0, .02²), as Radford et al. (2016, section 3) initialise every convolution of a DCGAN. */
export const normal02 = () => normalAround(0, 0.02);

/** U(−√(6/(in + out)), √(6/(in + out))) (Glorot & Bengio 2010, equation 16). */
export const glorot = () =>
  byRule((shape) => {
    const [into, out] = fans(shape);
    return uniform(Math.sqrt(6 / (into + out)));
  });

/**
 * N(0, 2/in) (He et al. 2015, equation 10), without what is beyond two standard deviations: what keeps signals as large
 * through ReLUs without a norm.
 */
export const he = () => byRule((shape) => normal(0, Math.sqrt(2 / fans(shape)[0]), true));

type DenseOptions = Omit<
  Parameters<typeof tf.layers.dense>[0],
  'name' | 'units' | 'kernelInitializer' | 'biasInitializer'
>;

/**
 * A fully connected layer that starts as PyTorch's nn.Linear does: weights and biases from U(−1/√inputs, 1/√inputs)
 * (`reset_parameters`, https://github.com/pytorch/pytorch/blob/main/torch/nn/modules/linear.py).
 */
export function linear(name: string, inputs: number, units: number, options: DenseOptions = {}) {
  const init = () => byRule(() => uniform(1 / Math.sqrt(inputs)));
  return tf.layers.dense({
    ...options,
    name,
    units,
    kernelInitializer: init(),
    biasInitializer: init(),
  });
}

/**
 * Gives the weights of fresh models the first values that their initialisers ask for.
 *
 * @returns how each begins; of those that are random, the n-th of all has the index n − 1
 * @throws Error for a weight that begins with other numbers than a rule of ours or a constant gives
 */
export function initialise(
  models: readonly tfjs.LayersModel[],
  seed: number,
): Map<tfjs.Variable, FirstValues> {
  const begun = new Map<tfjs.Variable, FirstValues>();
  let index = 0;
  for (const [name, variable] of models.flatMap((model) => [...variablesOf(model)])) {
    const rule = rules.get(variable.dataId);
    if (!rule) {
      begun.set(variable, constantOf(name, variable.dataSync()));
      continue;
    }
    const first = { ...rule, index: index++ };
    begun.set(variable, first);
    tf.tidy(() => variable.assign(tf.tensor(firstValues(first, variable.size, seed), variable.shape)));
  }
  return begun;
}

function constantOf(name: string, numbers: ArrayLike<number>): FirstValues {
  const value = numbers[0] ?? 0;
  if (Array.prototype.some.call(numbers, (other) => other !== value))
    throw new Error(
      `${name} begins with numbers that follow from no rule; use an initialiser of gan/initializers.ts`,
    );
  return { begins: 'constant', value };
}
