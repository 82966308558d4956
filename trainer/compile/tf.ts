import * as tf from '@tensorflow/tfjs';

// tfjs as this project uses it: the plain backend, and gradients that can be traced.

/**
 * The gradient of y = f(x), from x and y. tfjs keeps the y of the forward pass, and what a gradient's own
 * gradient owes to that y gets lost; so y is computed again, which a compiled step shares with the first.
 */
const fromOutput = (
  kernelName: string,
  f: (x: tf.Tensor) => tf.Tensor,
  slope: (y: tf.Tensor) => tf.Tensor,
): tf.GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, slope(f(x!))) }),
});

/** tfjs's gradients of these kernels, written so that they can be differentiated again and be traced. */
const gradients: readonly tf.GradConfig[] = [
  fromOutput(tf.Tanh, tf.tanh, (y) => tf.sub(1, tf.square(y))),
  fromOutput(tf.Sigmoid, tf.sigmoid, (y) => tf.mul(y, tf.sub(1, y))),
  fromOutput(tf.Exp, tf.exp, (y) => y),
  {
    // dy · (x > 0 ? 1 : α). tfjs selects by a comparison, which has no gradient of its own.
    kernelName: tf.LeakyRelu,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => {
      const { alpha } = attrs as unknown as tf.LeakyReluAttrs;
      return { x: () => tf.mul(dy as tf.Tensor, tf.step(x!, alpha)) };
    },
  },
  {
    // A slice for each part. tfjs splits in one call of several outputs, and a trace knows one output a call.
    kernelName: tf.Concat,
    saveAllInputs: true,
    gradFunc: (dy, parts, attrs) => {
      const whole = dy as tf.Tensor;
      const [axis] = tf.util.parseAxisParam((attrs as unknown as tf.ConcatAttrs).axis, whole.shape);
      const starts = parts.map((_, i) =>
        parts.slice(0, i).reduce((sum, part) => sum + part.shape[axis!]!, 0),
      );
      const from = (start: number) => whole.shape.map((_, i) => (i === axis ? start : 0));
      return Object.fromEntries(
        parts.map((part, i) => [i, () => tf.slice(whole, from(starts[i]!), part.shape)]),
      );
    },
  },
];

// The plain backend is enough to build and trace models; production mode silences the advice to replace it.
tf.enableProdMode();
await tf.setBackend('cpu');

for (const gradient of gradients) {
  tf.unregisterGradient(gradient.kernelName);
  tf.registerGradient(gradient);
}

export { tf };
