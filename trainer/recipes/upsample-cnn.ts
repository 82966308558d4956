import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { digitShape } from '../data/idx-format.ts';
import { glorot } from '../gan/initializers.ts';
import { maskedDropout } from '../gan/layers.ts';
import { nonSaturating } from '../gan/losses.ts';
import { type Recipe, source, stated } from './recipe.ts';

/** After the description of a public project in Keras (002_de372c4c8ef3b833): a dense map, enlarged twice, without batch norm. */
export const upsampleCnn: Recipe = {
  name: 'upsample-cnn',
  title: 'Enlarging, without batch norm',
  summary: 'Transposed convolutions enlarge a map twice; the discriminator is kept weak by its dropout.',
  classes: 0,
  loss: nonSaturating,

  overrides: {
    epochs: stated(100, 'the description: “The script will train the GAN for 100 epochs (by default)”'),
    batch: source(
      128,
      'the public tutorial’s batch of 256 is 128 real digits and 128 fakes for the discriminator; it trains the generator on 256 fakes, and an epoch of half the digits',
    ),
    latentSize: stated(100, 'the description: “Takes a 100-dimensional random noise vector”'),
    learningRateG: source(2e-4, 'as that tutorial'),
    learningRateD: source(2e-4, 'as that tutorial'),
    beta1: source(0.5, 'as that tutorial'),
    beta2: source(0.999, "Adam's default, which that tutorial leaves alone"),
    epsilon: source(1e-7, "Keras's default, which that tutorial leaves alone"),
    lossScaleD: source(0.5, 'the loss is one mean over real and fake digits'),
    dropout: source(0.4, 'as that tutorial, behind each convolution of the discriminator'),
    outputActivation: source('sigmoid', 'as that tutorial, on pixels from 0 to 1'),
    publishEvery: stated(10, 'the description: “Saves generated image grids […] every 10 epochs”'),
    modelEvery: stated(10, 'the description: “Saves […] generator model checkpoints every 10 epochs”'),
  },

  networks(config) {
    const { layers } = tf;
    const leaky = (name: string) => layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 });
    const twice = (name: string) => [
      layers.conv2dTranspose({
        name,
        filters: 128,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        kernelInitializer: glorot(),
      }),
      leaky(name),
    ];
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        layers.dense({
          name: 'g_dense',
          units: 7 * 7 * 128,
          inputShape: [config.latentSize],
          kernelInitializer: glorot(),
        }),
        leaky('g_dense'),
        layers.reshape({ name: 'g_map', targetShape: [7, 7, 128] }),
        ...twice('g_conv1'), // [14, 14, 128]
        ...twice('g_conv2'), // [28, 28, 128]
        layers.conv2d({
          name: 'g_pixels',
          filters: 1,
          kernelSize: 7,
          padding: 'same',
          kernelInitializer: glorot(),
          activation: config.outputActivation,
        }),
      ],
    });

    const image = tf.input({ shape: [...digitShape], name: 'image' });
    const { inputs, dropout } = maskedDropout([image], config.dropout);
    const down = (x: tfjs.SymbolicTensor, name: string) => {
      const kernelInitializer = glorot();
      const conv = layers.conv2d({
        name,
        filters: 64,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        kernelInitializer,
      });
      return dropout(leaky(name).apply(conv.apply(x)) as tfjs.SymbolicTensor);
    };
    const maps = down(down(image, 'd_conv1'), 'd_conv2'); // [7, 7, 64]
    const features = layers.flatten({ name: 'd_flat' }).apply(maps);
    const logit = layers.dense({ name: 'd_logit', units: 1, kernelInitializer: glorot() });
    const outputs = logit.apply(features) as tfjs.SymbolicTensor;
    return { generator, discriminator: tf.model({ name: 'discriminator', inputs, outputs }) };
  },
};
