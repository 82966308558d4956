import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { AdamConstants } from '../plan/plan.ts';

/**
 * Parameters that are updated together, with Adam's running sums for them. Without momentum (β₁ = 0) there is
 * no mean to keep.
 */
export interface AdamGroup {
  readonly parameters: readonly tfjs.Variable[];
  readonly mean: tfjs.Variable | undefined;
  readonly square: tfjs.Variable;
}

/** Parameters with fewer numbers than this share a group. */
const small = 4096;

/**
 * A network's parameters in groups: each large one by itself, all small ones joined. The dozen passes of an
 * update cost a vector of ten numbers as much as one of a thousand.
 */
export function adamGroups(parameters: readonly tfjs.Variable[], options: AdamConstants): AdamGroup[] {
  const large = parameters.filter((p) => p.size >= small);
  const rest = parameters.filter((p) => p.size < small);
  return [
    ...large.map((p) => adamGroup([p], options)),
    ...(rest.length > 0 ? [adamGroup(rest, options)] : []),
  ];
}

function adamGroup(parameters: readonly tfjs.Variable[], { beta1 }: AdamConstants): AdamGroup {
  const [first] = parameters;
  const size = parameters.reduce((sum, p) => sum + p.size, 0);
  const shape = parameters.length === 1 ? first!.shape : [size];
  const zeros = () => tf.tidy(() => tf.variable(tf.zeros(shape), false));
  return { parameters, mean: beta1 > 0 ? zeros() : undefined, square: zeros() };
}

/** The gradients of a group's parameters as one: the gradient itself, or all of them in a row, [n]. */
export function joinGradients(
  { parameters }: AdamGroup,
  gradientOf: (parameter: tfjs.Variable) => tfjs.Tensor,
): tfjs.Tensor {
  if (parameters.length === 1) return gradientOf(parameters[0]!);
  return tf.tidy(() => tf.concat(parameters.map((p) => tf.reshape(gradientOf(p), [-1]))));
}

/**
 * One Adam update (Kingma & Ba 2015, algorithm 1 in the efficient order of section 2), in place.
 *
 * The slots hold M = m/(1−β₁) and V = v/(1−β₂), which saves two passes over every parameter:
 *   M ← β₁M + g,  V ← β₂V + g²,  w ← w − rate·M/(√V + damping)
 * The constants go into `rate` and `damping`, two numbers a step that `adamRate` and `adamDamping` give; being inputs of
 * the step, they let the learning rate change in a compiled step.
 *
 * @param gradient as `joinGradients` gives it
 * @param factors both scalars
 */
export function adamUpdate(
  { parameters, mean, square }: AdamGroup,
  gradient: tfjs.Tensor,
  { beta1, beta2 }: AdamConstants,
  { rate, damping }: { readonly rate: tfjs.Tensor; readonly damping: tfjs.Tensor },
): void {
  tf.tidy(() => {
    const newMean = mean ? tf.add(tf.mul(mean, beta1), gradient) : gradient;
    const newSquare = tf.add(tf.mul(square, beta2), tf.square(gradient));
    const change = tf.mul(tf.div(newMean, tf.add(tf.sqrt(newSquare), damping)), rate);
    mean?.assign(newMean);
    square.assign(newSquare);
    let offset = 0;
    for (const parameter of parameters) {
      const own = parameters.length === 1 ? change : tf.slice(change, offset, parameter.size);
      parameter.assign(tf.sub(parameter, tf.reshape(own, parameter.shape)));
      offset += parameter.size;
    }
  });
}
