import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../../compile/tf.ts';
import { type Trace, trace } from '../../compile/trace.ts';
import { type AdamGroup, type AdamOptions, adamGroups, adamUpdate, joinGradients } from '../../gan/adam.ts';
import { averageOf, variablesOf } from '../../gan/gan.ts';
import { classes } from './network.ts';

/**
 * Mean cross-entropy of logits [batch, classes] against one-hot labels of the same shape. Exponentials without
 * the usual shift by the largest logit: they overflow beyond 88, where no classifier of digits arrives.
 */
export function crossEntropy(logits: tfjs.Tensor, labels: tfjs.Tensor): tfjs.Scalar {
  const normaliser = tf.log(tf.sum(tf.exp(logits), 1));
  const chosen = tf.sum(tf.mul(logits, labels), 1);
  return tf.mean(tf.sub(normaliser, chosen));
}

/**
 * The traced training step of a classifier: one Adam update by the cross-entropy, then the weights' averages
 * follow. Averages are state of the names that `averageOf` gives.
 */
export function traceClassifierStep(model: tfjs.LayersModel, batch: number, adam: AdamOptions): Trace {
  const weights = variablesOf(model);
  const names = new Map<tfjs.Variable, string>([...weights].map(([name, variable]) => [variable, name]));
  const trained = [...weights.values()].filter((variable) => variable.trainable);
  const groups = adamGroups(trained, adam);
  groups.forEach(({ mean, square }, i) => {
    names.set(square, `adam/square/${i}`);
    if (mean) names.set(mean, `adam/mean/${i}`);
  });
  const averages = [...weights].map(([name, weight]) => {
    const average = tf.variable(weight, false);
    names.set(average, averageOf(name));
    return { weight, average };
  });

  return trace(
    ({ image, label, rate, damping, emaDecay }) => {
      const { value: loss, grads } = tf.variableGrads(
        () => crossEntropy(model.apply(image!, { training: true }) as tfjs.Tensor, label!),
        groups.flatMap(({ parameters }) => parameters as tfjs.Variable[]),
      );
      for (const group of groups) update(group, grads, adam, { rate: rate!, damping: damping! });
      for (const { weight, average } of averages)
        average.assign(tf.add(weight, tf.mul(tf.sub(average, weight), emaDecay!)));
      return { loss };
    },
    { image: [batch, 28, 28, 1], label: [batch, classes], rate: [], damping: [], emaDecay: [] },
    { nameOf: (variable) => names.get(variable) ?? variable.name },
  );
}

function update(
  group: AdamGroup,
  grads: tfjs.NamedTensorMap,
  adam: AdamOptions,
  factors: { readonly rate: tfjs.Tensor; readonly damping: tfjs.Tensor },
): void {
  const gradient = joinGradients(group, (parameter) => grads[parameter.name]!);
  adamUpdate(group, gradient, adam, factors);
}
