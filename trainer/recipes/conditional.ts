import type * as tfjs from '@tensorflow/tfjs';
import { nonSaturating } from '../gan/losses.ts';
import { tf } from '../tf.ts';
import { digitShape, glorot, maskedDropout, seeded } from './layers.ts';
import { assumed, type Recipe, tuned } from './recipe.ts';

const classes = 10;

/** The gallery's default: told which digit to write, small enough for minutes on two cores. */
export const conditional: Recipe = {
  name: 'conditional',
  title: 'Class-conditional',
  summary:
    'A small convolutional GAN that is told which digit to write; the discriminator judges by projection.',
  classes,
  loss: nonSaturating,

  settings: {
    epochs: tuned(6, 'about four minutes on two cores; the digits read well from the second epoch on'),
    batch: assumed(64, 'more updates in the same time than larger batches'),
    latentSize: assumed(64, 'room for styles, small enough to explore'),
    learningRateG: assumed(5e-4, 'above the usual 2e-4, for a short run with averaged weights'),
    learningRateD: assumed(5e-4, "the generator's"),
    beta1: assumed(0, 'no momentum: it feeds the oscillation of the game (Mescheder et al. 2018)'),
    beta2: assumed(0.99, 'the second moment of a moving game must forget sooner than .999 does'),
    epsilon: assumed(1e-8, "Adam's default"),
    emaDecay: assumed(0.999, 'averaging over about an epoch takes out the oscillation that is left'),
    lossScaleD: assumed(1, 'the losses on real and fake digits are added'),
    gradientPenalty: assumed(0, 'not compared yet'),
    penaltyAtEnd: assumed(1, 'there is no penalty'),
    penaltyBatch: assumed(0, 'there is no penalty'),
    rateAtEnd: assumed(1, 'not compared yet'),
    dropout: assumed(0, 'not needed for so short a run'),
    rotation: assumed(0, 'digits stand upright'),
    outputActivation: assumed('tanh', 'smooth at both ends of the range'),
    publishEvery: assumed(1, 'one grid an epoch'),
    modelEvery: assumed(1, 'the generator is half a megabyte'),
    scoreEvery: assumed(1, 'a score takes a second, an epoch most of a minute'),
  },

  networks(config) {
    const init = seeded(config, glorot);
    const { layers } = tf;
    const norm = (name: string) => layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 });
    const up = { kernelSize: 4, strides: 2, padding: 'same' } as const;
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        layers.dense({
          name: 'g_dense',
          units: 7 * 7 * 64,
          inputShape: [config.latentSize + classes],
          useBias: false,
          kernelInitializer: init(),
        }),
        norm('g_dense_norm'),
        layers.reLU({ name: 'g_dense_act' }),
        layers.reshape({ name: 'g_map', targetShape: [7, 7, 64] }),
        layers.conv2dTranspose({
          name: 'g_conv',
          filters: 32,
          ...up,
          useBias: false,
          kernelInitializer: init(),
        }),
        norm('g_conv_norm'),
        layers.reLU({ name: 'g_conv_act' }),
        layers.conv2dTranspose({
          name: 'g_pixels',
          filters: 1,
          ...up,
          kernelInitializer: init(),
          activation: config.outputActivation,
        }),
      ],
    });

    const image = tf.input({ shape: [...digitShape], name: 'image' });
    const digit = tf.input({ shape: [classes], name: 'digit' });
    const { inputs, dropout } = maskedDropout([image, digit], config.dropout);
    const down = (x: tfjs.SymbolicTensor, name: string, filters: number) => {
      const conv = layers.conv2d({
        name,
        filters,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        kernelInitializer: init(),
      });
      const active = layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 }).apply(conv.apply(x));
      return dropout(active as tfjs.SymbolicTensor);
    };
    const maps = down(down(image, 'd_conv1', 32), 'd_conv2', 64);
    const features = layers.flatten({ name: 'd_flat' }).apply(maps) as tfjs.SymbolicTensor;
    // A linear judgement of the features plus their agreement with the class (Miyato & Koyama 2018, equation 3).
    const realism = layers.dense({ name: 'd_logit', units: 1, kernelInitializer: init() }).apply(features);
    const embedding = layers.dense({
      name: 'd_embed',
      units: 7 * 7 * 64,
      useBias: false,
      kernelInitializer: init(),
    });
    const agreement = layers
      .dot({ name: 'd_project', axes: 1 })
      .apply([features, embedding.apply(digit) as tfjs.SymbolicTensor]);
    const logit = layers.add({ name: 'd_sum' }).apply([realism, agreement] as tfjs.SymbolicTensor[]);
    const outputs = logit as tfjs.SymbolicTensor;
    return { generator, discriminator: tf.model({ name: 'discriminator', inputs, outputs }) };
  },
};
