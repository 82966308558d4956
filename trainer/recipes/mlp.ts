import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { digitShape } from '../data/idx-format.ts';
import { linear } from '../gan/initializers.ts';
import { maskedDropout } from '../gan/layers.ts';
import { nonSaturating } from '../gan/losses.ts';
import { assumed, type Recipe, source, stated } from './recipe.ts';

/** After a public project's description (000_d8e0798a6309f35f): everything is fully connected. */
export const mlp: Recipe = {
  name: 'mlp',
  title: 'Fully connected',
  summary: 'Two small multilayer perceptrons, as in the first GAN of 2014: quick, noisy, instructive.',
  classes: 0,
  loss: nonSaturating,

  overrides: {
    epochs: source(200, 'the public tutorial behind the description trains this long'),
    batch: source(100, 'as that tutorial'),
    latentSize: source(64, 'as that tutorial'),
    learningRateG: source(2e-4, 'as that tutorial'),
    learningRateD: source(2e-4, 'as that tutorial'),
    beta1: source(0.9, "Adam's default, which that tutorial leaves alone"),
    beta2: source(0.999, "Adam's default, which that tutorial leaves alone"),
    epsilon: source(1e-8, "Adam's default, which that tutorial leaves alone"),
    lossScaleD: source(1, 'the losses on real and fake digits are added'),
    outputActivation: stated('tanh', 'the description: “Tanh activation for output”'),
    publishEvery: assumed(5, 'a grid every five epochs shows all there is to see'),
    modelEvery: assumed(10, 'twenty checkpoints over a full run'),
    scoreEvery: assumed(5, "a score takes an eighth of an epoch's time"),
  },

  networks(config) {
    const { layers } = tf;
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        linear('g_dense1', config.latentSize, 256, { inputShape: [config.latentSize], activation: 'relu' }),
        linear('g_dense2', 256, 256, { activation: 'relu' }),
        linear('g_pixels', 256, 784, { activation: config.outputActivation }),
        layers.reshape({ name: 'g_image', targetShape: [...digitShape] }),
      ],
    });

    const image = tf.input({ shape: [...digitShape], name: 'image' });
    const { inputs, dropout } = maskedDropout([image], config.dropout);
    const hidden = (x: tfjs.SymbolicTensor, name: string, width: number, units: number) => {
      const active = layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 });
      return dropout(active.apply(linear(name, width, units).apply(x)) as tfjs.SymbolicTensor);
    };
    const flat = layers.flatten({ name: 'd_flat' }).apply(image) as tfjs.SymbolicTensor;
    const features = hidden(hidden(flat, 'd_dense1', 784, 256), 'd_dense2', 256, 256);
    const outputs = linear('d_logit', 256, 1).apply(features) as tfjs.SymbolicTensor;
    return { generator, discriminator: tf.model({ name: 'discriminator', inputs, outputs }) };
  },
};
