import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../tf.ts';

/** Adam's running sums of one parameter. Without momentum (β₁ = 0) there is no mean to keep. */
export interface AdamSlots {
  readonly mean: tfjs.Variable | undefined;
  readonly square: tfjs.Variable;
}

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Fresh slots, all zero. */
export function adamSlots(parameter: tfjs.Variable, { beta1 }: AdamOptions): AdamSlots {
  const zeros = () => tf.tidy(() => tf.variable(tf.zeros(parameter.shape), false));
  return { mean: beta1 > 0 ? zeros() : undefined, square: zeros() };
}

/**
 * One Adam update (Kingma & Ba 2015, algorithm 1 in the efficient order of section 2), in place.
 *
 * The slots hold M = m/(1−β₁) and V = v/(1−β₂), which saves two passes over every parameter:
 *   M ← β₁M + g,  V ← β₂V + g²,  w ← w − rate·M/(√V + damping)
 * The constants go into `rate` and `damping`, two numbers a step that `adamFactors` computes; being inputs of
 * the step, they let the learning rate change in a compiled step.
 *
 * @param rate scalar
 * @param damping scalar
 */
export function adamUpdate(
  parameter: tfjs.Variable,
  gradient: tfjs.Tensor,
  { mean, square }: AdamSlots,
  { beta1, beta2 }: AdamOptions,
  { rate, damping }: { readonly rate: tfjs.Tensor; readonly damping: tfjs.Tensor },
): void {
  tf.tidy(() => {
    const newMean = mean ? tf.add(tf.mul(mean, beta1), gradient) : gradient;
    const newSquare = tf.add(tf.mul(square, beta2), tf.square(gradient));
    const direction = tf.div(newMean, tf.add(tf.sqrt(newSquare), damping));
    mean?.assign(newMean);
    square.assign(newSquare);
    parameter.assign(tf.sub(parameter, tf.mul(direction, rate)));
  });
}

/**
 * The two numbers of step t = 1, 2, …: the learning rate and ε with the bias corrections √(1−β₂ᵗ)/(1−β₁ᵗ)
 * and the slots' scale folded in.
 */
export function adamFactors(
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon }: AdamOptions,
): { rate: number; damping: number } {
  const scale = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
  return { rate: (learningRate * scale * (1 - beta1)) / (1 - beta1 ** step), damping: epsilon * scale };
}
