import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../../compile/tf.ts';
import { type Trace, trace } from '../../compile/trace.ts';
import { gradientsOf, moveAverages, type Trainable, update } from '../../gan/trainable.ts';
import type { InputRules } from '../../plan/plan.ts';

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
 * The traced training step of a classifier: one Adam update by the cross-entropy, then the weights' averages follow.
 *
 * @param inputs `image`, `label`, `rate`, `damping` and `emaDecay`
 */
export function traceClassifierStep(trained: Trainable, inputs: InputRules): Trace {
  const { model, names } = trained;
  return trace(
    ({ image, label, rate, damping, emaDecay }) => {
      const { loss, gradients } = gradientsOf(trained, () => ({
        loss: crossEntropy(model.apply(image!, { training: true }) as tfjs.Tensor, label!),
      }));
      update(trained, gradients, { rate: rate!, damping: damping! });
      moveAverages(trained, emaDecay);
      return { loss };
    },
    Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
    { nameOf: (variable) => names.get(variable) ?? variable.name },
  );
}
