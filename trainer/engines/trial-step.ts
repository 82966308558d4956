import type { Tensor } from '@tensorflow/tfjs';
import type { Graph } from '../compile/graph.ts';
import { tf } from '../compile/tf.ts';
import { trace } from '../compile/trace.ts';
import type { Tensors } from './program.ts';

/** Images of a trial's step. */
export const trialBatch = 128;

const shapes = {
  edges: [5, 5, 1, 32],
  parts: [5, 5, 32, 64],
  verdict: [7 * 7 * 64, 1],
} as const;

/** Small numbers that look random and are the same every time. */
const spread = (shape: readonly number[]) =>
  tf.tidy(() => {
    const size = shape.reduce((product, d) => product * d, 1);
    return tf.reshape(tf.mul(tf.sin(tf.mul(tf.range(0, size), 78.233)), 0.05), [...shape]);
  });

/**
 * A training step as GANs play them, for comparing engines: a convolutional network judges images, and its
 * weights follow the gradient. `images [128, 28, 28, 1]` in, the loss out; the weights stay where it runs.
 */
export function trialStep(): { readonly graph: Graph; readonly state: Tensors } {
  const weights = Object.entries(shapes).map(([name, shape]) =>
    tf.tidy(() => tf.variable(spread(shape), true, `trial_${name}`)),
  );
  const [edges, parts, verdict] = weights as Tensor[] as [Tensor, Tensor, Tensor];
  try {
    const { graph, initialState } = trace(
      ({ images }) => {
        const { value, grads } = tf.variableGrads(() => {
          const conv = (x: Tensor, filter: Tensor) =>
            tf.relu(tf.conv2d(x as never, filter as never, 2, 'same'));
          const features = conv(conv(images, edges), parts); // [128, 7, 7, 64]
          const logits = tf.matMul(tf.reshape(features, [trialBatch, -1]), verdict as never);
          return tf.mean(tf.softplus(logits));
        }, weights);
        for (const weight of weights) {
          const step = tf.mul(grads[weight.name]!, 0.01);
          weight.assign(tf.sub(weight, step) as typeof weight);
        }
        return { loss: value };
      },
      { images: [trialBatch, 28, 28, 1] },
    );
    return { graph, state: initialState() };
  } finally {
    tf.dispose(weights);
  }
}
