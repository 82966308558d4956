import { nonSaturating } from '../gan/losses.ts';
import { tf } from '../tf.ts';
import { digitShape, glorot, maskedDropout, seeded } from './layers.ts';
import { assumed, type Recipe, source, stated } from './recipe.ts';

/** A seed's first GAN: everything fully connected. */
export const mlp: Recipe = {
  name: 'mlp',
  title: 'Fully connected',
  summary: 'Two small multilayer perceptrons, as in the first GAN of 2014: quick, noisy, instructive.',
  classes: 0,
  loss: nonSaturating,

  settings: {
    epochs: source(200, 'the public tutorial behind the seed trains this long'),
    batch: source(100, 'as that tutorial'),
    latentSize: source(64, 'as that tutorial'),
    learningRateG: source(2e-4, 'as that tutorial'),
    learningRateD: source(2e-4, 'as that tutorial'),
    beta1: source(0.9, "Adam's default, which that tutorial leaves alone"),
    beta2: source(0.999, "Adam's default, which that tutorial leaves alone"),
    epsilon: source(1e-8, "Adam's default, which that tutorial leaves alone"),
    emaDecay: assumed(0, 'the seed saves the generator as it is'),
    lossScaleD: source(1, 'the losses on real and fake digits are added'),
    gradientPenalty: assumed(0, "the seed's loss has none"),
    penaltyAtEnd: assumed(1, 'there is no penalty'),
    penaltyBatch: assumed(0, 'there is no penalty'),
    rateAtEnd: assumed(1, "the seed's rates are constant"),
    dropout: assumed(0, 'the seed names none'),
    rotation: assumed(0, 'the seed names no augmentation'),
    outputActivation: stated('tanh', 'the seed: “Tanh activation for output”'),
    publishEvery: assumed(5, 'a grid every five epochs shows all there is to see'),
    modelEvery: assumed(10, 'twenty checkpoints over a full run'),
    scoreEvery: assumed(5, "a score takes an eighth of an epoch's time"),
  },

  networks(config) {
    const init = seeded(config, glorot);
    const { layers } = tf;
    const dense = (name: string, units: number) => layers.dense({ name, units, kernelInitializer: init() });
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        layers.dense({
          name: 'g_dense1',
          units: 256,
          inputShape: [config.latentSize],
          activation: 'relu',
          kernelInitializer: init(),
        }),
        layers.dense({ name: 'g_dense2', units: 256, activation: 'relu', kernelInitializer: init() }),
        layers.dense({
          name: 'g_pixels',
          units: 784,
          activation: config.outputActivation,
          kernelInitializer: init(),
        }),
        layers.reshape({ name: 'g_image', targetShape: [...digitShape] }),
      ],
    });

    const image = tf.input({ shape: [...digitShape], name: 'image' });
    const { inputs, dropout } = maskedDropout([image], config.dropout);
    const hidden = (x: ReturnType<typeof tf.input>, name: string, units: number) => {
      const linear = dense(name, units).apply(x);
      return dropout(layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 }).apply(linear) as typeof x);
    };
    const flat = layers.flatten({ name: 'd_flat' }).apply(image) as typeof image;
    const features = hidden(hidden(flat, 'd_dense1', 256), 'd_dense2', 256);
    const logit = dense('d_logit', 1).apply(features) as typeof image;
    return { generator, discriminator: tf.model({ name: 'discriminator', inputs, outputs: logit }) };
  },
};
