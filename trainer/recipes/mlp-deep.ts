import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { digitShape } from '../data/idx-format.ts';
import { linear } from '../gan/initializers.ts';
import { maskedDropout } from '../gan/layers.ts';
import { nonSaturating } from '../gan/losses.ts';
import { assumed, type Recipe, source } from './recipe.ts';

/** After a public project's description (001_ee09848d7000d278): deeper multilayer perceptrons. */
export const mlpDeep: Recipe = {
  name: 'mlp-deep',
  title: 'Fully connected, deeper',
  summary: 'Four fully connected layers on either side, with dropout in the discriminator.',
  classes: 0,
  loss: nonSaturating,

  overrides: {
    epochs: source(200, 'the public notebook of this design trains this long'),
    batch: source(100, 'as that notebook'),
    latentSize: source(100, 'as that notebook'),
    learningRateG: source(2e-4, 'as that notebook'),
    learningRateD: source(2e-4, 'as that notebook'),
    beta1: source(0.9, "Adam's default, which that notebook leaves alone"),
    beta2: source(0.999, "Adam's default, which that notebook leaves alone"),
    epsilon: source(1e-8, "PyTorch's default, which that notebook leaves alone"),
    lossScaleD: source(1, 'the gradients on real and fake digits are added'),
    dropout: source(0.3, 'as that notebook, behind each hidden layer of the discriminator'),
    outputActivation: source('tanh', 'as that notebook, on pixels from −1 to 1'),
    publishEvery: assumed(
      5,
      'the description shows “generated images at various training steps” and does not say at which',
    ),
    modelEvery: assumed(20, 'a generator of 3 MB: ten of them over a full run'),
    scoreEvery: assumed(5, 'with the grids'),
  },

  networks(config) {
    const { layers } = tf;
    const leaky = (name: string) => layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 });
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        linear('g_dense1', config.latentSize, 256, { inputShape: [config.latentSize] }),
        leaky('g_dense1'),
        linear('g_dense2', 256, 512),
        leaky('g_dense2'),
        linear('g_dense3', 512, 1024),
        leaky('g_dense3'),
        linear('g_pixels', 1024, 784, { activation: config.outputActivation }),
        layers.reshape({ name: 'g_image', targetShape: [...digitShape] }),
      ],
    });

    const image = tf.input({ shape: [...digitShape], name: 'image' });
    const { inputs, dropout } = maskedDropout([image], config.dropout);
    const hidden = (x: tfjs.SymbolicTensor, name: string, width: number, units: number) =>
      dropout(leaky(name).apply(linear(name, width, units).apply(x)) as tfjs.SymbolicTensor);
    const flat = layers.flatten({ name: 'd_flat' }).apply(image) as tfjs.SymbolicTensor;
    const wide = hidden(hidden(flat, 'd_dense1', 784, 1024), 'd_dense2', 1024, 512);
    const features = hidden(wide, 'd_dense3', 512, 256);
    const outputs = linear('d_logit', 256, 1).apply(features) as tfjs.SymbolicTensor;
    return { generator, discriminator: tf.model({ name: 'discriminator', inputs, outputs }) };
  },
};
