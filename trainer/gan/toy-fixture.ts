import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import { stepInputs } from '../plan/inputs.ts';
import { mlp } from '../recipes/mlp.ts';
import { type Overrides, type Recipe, resolveConfig } from '../recipes/recipe.ts';
import type { Gan } from './game.ts';
import { glorot } from './initializers.ts';
import { maskedDropout } from './layers.ts';
import { nonSaturating } from './losses.ts';
import { inputRules } from './step.ts';

/** A recipe for tests: as small as a GAN can be with classes, batch norm, dropout and averages. */
export const toy: Recipe = {
  ...mlp,
  name: 'toy',
  classes: 10,
  loss: nonSaturating,
  networks(config) {
    const { layers } = tf;
    const dense = (name: string, units: number, shape = {}) =>
      layers.dense({ name, units, kernelInitializer: glorot(), ...shape });
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        dense('g_in', 6, { inputShape: [config.latentSize + 10] }),
        layers.batchNormalization({ name: 'g_norm' }),
        layers.dense({ name: 'g_out', units: 784, kernelInitializer: glorot(), activation: 'tanh' }),
        layers.reshape({ name: 'g_image', targetShape: [28, 28, 1] }),
      ],
    });
    const image = tf.input({ shape: [28, 28, 1], name: 'image' });
    const digit = tf.input({ shape: [10], name: 'digit' });
    const { inputs, dropout } = maskedDropout([image, digit], config.dropout);
    const flat = layers.flatten({ name: 'd_flat' }).apply(image) as tfjs.SymbolicTensor;
    const seen = [dense('d_image', 5).apply(flat), dense('d_digit', 5).apply(digit)] as tfjs.SymbolicTensor[];
    const hidden = dropout(layers.add({ name: 'd_both' }).apply(seen) as tfjs.SymbolicTensor);
    const outputs = dense('d_logit', 1).apply(hidden) as tfjs.SymbolicTensor;
    return { generator, discriminator: tf.model({ name: 'discriminator', inputs, outputs }) };
  },
};

/** A recipe's configuration with small numbers. */
export function tinyConfig(recipe: Recipe, chosen: Overrides = {}): Config {
  return resolveConfig(recipe, { batch: 4, latentSize: 3, epochs: 2, engine: 'cpu', threads: 1, ...chosen })
    .config;
}

/** Made-up digits with the labels 0, 1, …, 9, 0, …; the first pixel tells them apart, up to 256. */
export function madeUpDigits(count: number): DigitSet {
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 37 + (i % 784) * 11) % 256);
  for (let digit = 0; digit < count; digit++) images[digit * 784] = digit;
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10), count };
}

/** Prepares the inputs of a GAN's steps on these digits, as its plan has it. */
export const inputsOf = (gan: Gan, digits: DigitSet) =>
  stepInputs({ ...gan.config, inputs: inputRules(gan) }, { digits, seed: gan.config.seed });
