import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../../compile/tf.ts';
import { digitShape } from '../../data/idx-format.ts';
import { he, initialise } from '../../gan/initializers.ts';

export const classes = 10;
/**
 * Length of a feature vector: the activations of the layer of this name, the last before the logits. Their mean
 * square over the training digits is about 1.
 */
export const featureSize = 64;
export const featureLayer = 'features';

/**
 * The network whose features digits are compared by. Strided convolutions rather than pooling, which is what the
 * compiler differentiates; batch norm, for it learns in few epochs.
 *
 * @returns [batch, 28, 28, 1], paper 0 and ink 1 → logits [batch, 10]
 */
export function buildClassifier(seed: number): tfjs.Sequential {
  const { layers } = tf;
  const conv = (name: string, filters: number, options: object) => [
    layers.conv2d({ name, filters, useBias: false, kernelInitializer: he(), kernelSize: 3, ...options }),
    layers.batchNormalization({ name: `${name}_norm`, epsilon: 1e-5, momentum: 0.9 }),
    layers.reLU({ name: `${name}_act` }),
  ];
  const halve = { strides: 2, padding: 'same' } as const;
  const model = tf.sequential({
    name: 'classifier',
    layers: [
      ...conv('conv1', 32, { kernelSize: 5, ...halve, inputShape: [...digitShape] }), // [batch, 14, 14, 32]
      ...conv('conv2', 48, { padding: 'same' }), // [batch, 14, 14, 48]
      ...conv('conv3', 64, halve), // [batch, 7, 7, 64]
      ...conv('conv4', 64, { padding: 'valid' }), // [batch, 5, 5, 64]
      layers.flatten({ name: 'flat' }), // [batch, 1600]
      layers.dense({
        name: featureLayer,
        units: featureSize,
        activation: 'relu',
        kernelInitializer: he(),
      }),
      layers.dense({ name: 'logits', units: classes, kernelInitializer: he() }),
    ],
  });
  initialise([model], seed);
  return model;
}
