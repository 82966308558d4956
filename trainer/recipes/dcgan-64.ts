import { tf } from '../compile/tf.ts';
import { digitShape } from '../data/idx-format.ts';
import { linear, normal02 } from '../gan/initializers.ts';
import { nonSaturating } from '../gan/losses.ts';
import { assumed, type Recipe, source, stated } from './recipe.ts';

/** The convolutional GAN of a public project's description (004_15aa2fdcca414065), with a latent vector of 64 numbers. */
export const dcgan64: Recipe = {
  name: 'dcgan-64',
  title: 'Convolutional, latent 64',
  summary: 'A DCGAN with batch norm on both sides, trained on digits that are turned at random.',
  classes: 0,
  loss: nonSaturating,
  hasDropout: false,

  overrides: {
    epochs: stated(20, 'the description: “Epochs: 20”'),
    batch: stated(128, 'the description: “Batch Size: 128”'),
    latentSize: stated(64, 'the description: “Random noise vector (dimension: 64)”'),
    learningRateG: stated(2e-4, 'the description: “Learning Rate: 0.0002”'),
    learningRateD: stated(2e-4, 'the description: “Learning Rate: 0.0002”'),
    beta1: stated(0.5, 'the description: “Adam (beta_1=0.5, beta_2=0.99)”'),
    beta2: stated(0.99, 'the description: “Adam (beta_1=0.5, beta_2=0.99)”'),
    epsilon: source(1e-8, "PyTorch's default, which the public notebook leaves alone"),
    lossScaleD: source(0.5, 'the public notebook averages the losses on real and fake digits'),
    rotation: source(20, 'rotation is stated; ±20° is what the public notebook uses'),
    outputActivation: stated(
      'relu',
      'the description: “Final layer: ConvTranspose2d with ReLU activation”; the public notebook uses tanh',
    ),
    modelEvery: assumed(2, 'a generator of 1.5 MB: every second epoch'),
  },

  networks(config) {
    const { layers } = tf;
    // The description has batch norm's weights drawn around 0 too, where Radford et al. draw them around 1.
    const norm = (name: string) =>
      layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9, gammaInitializer: normal02() });
    const up = (name: string, filters: number, kernelSize: number, strides: number) => [
      // The bias would be taken out again by the batch norm behind it.
      layers.conv2dTranspose({
        name,
        filters,
        kernelSize,
        strides,
        useBias: false,
        kernelInitializer: normal02(),
      }),
      norm(`${name}_norm`),
      layers.reLU({ name: `${name}_act` }),
    ];
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        layers.reshape({
          name: 'g_latent',
          targetShape: [1, 1, config.latentSize],
          inputShape: [config.latentSize],
        }),
        ...up('g_conv1', 256, 3, 2),
        ...up('g_conv2', 128, 4, 1),
        ...up('g_conv3', 64, 3, 2),
        // Its bias starts at 0: drawn from PyTorch's ±1/4, a negative one would start every ReLU without a gradient.
        layers.conv2dTranspose({
          name: 'g_pixels',
          filters: 1,
          kernelSize: 4,
          strides: 2,
          kernelInitializer: normal02(),
          activation: config.outputActivation,
        }),
      ],
    });

    const down = (name: string, filters: number, kernelSize: number, first = {}) => [
      layers.conv2d({
        name,
        filters,
        kernelSize,
        strides: 2,
        useBias: false,
        kernelInitializer: normal02(),
        ...first,
      }),
      norm(`${name}_norm`),
      layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 }),
    ];
    const discriminator = tf.sequential({
      name: 'discriminator',
      layers: [
        ...down('d_conv1', 16, 3, { inputShape: [...digitShape] }),
        ...down('d_conv2', 32, 5),
        ...down('d_conv3', 64, 5),
        layers.flatten({ name: 'd_flat' }),
        // The description's normal distribution is for convolutions and batch norm only.
        linear('d_logit', 64, 1),
      ],
    });
    return { generator, discriminator };
  },
};
