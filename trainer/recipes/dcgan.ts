import { tf } from '../compile/tf.ts';
import { digitShape } from '../data/idx-format.ts';
import { normal02, normalAround } from '../gan/initializers.ts';
import { nonSaturating } from '../gan/losses.ts';
import { assumed, type Recipe, source, stated } from './recipe.ts';

/** The DCGAN of a public project's description (003_99bc208c1d37d677), with the channels of PyTorch's own example, cut to the size of a digit. */
export const dcgan: Recipe = {
  name: 'dcgan',
  title: 'DCGAN',
  summary: 'The large one: four transposed convolutions with batch norm, and a last one by one pixel.',
  classes: 0,
  loss: nonSaturating,
  hasDropout: false,

  overrides: {
    epochs: stated(50, 'the description: “Over the course of 50 epochs”'),
    batch: source(64, 'the public project of these layers uses it'),
    latentSize: source(100, 'as that project'),
    learningRateG: source(2e-4, 'as that project'),
    learningRateD: source(2e-4, 'as that project'),
    beta1: source(0.5, 'as that project, after Radford et al. (2016)'),
    beta2: source(0.999, 'as that project'),
    epsilon: source(1e-8, "PyTorch's default, which that project leaves alone"),
    lossScaleD: source(1, 'the gradients on real and fake digits are added'),
    outputActivation: source('tanh', 'as that project, on pixels from −1 to 1'),
    publishEvery: stated(1, 'the description: “Visualizes model performance after each epoch”'),
    modelEvery: assumed(10, 'a generator of 7 MB: five of them over a full run'),
  },

  networks(config) {
    const { layers } = tf;
    const norm = (name: string) =>
      layers.batchNormalization({
        name: `${name}_norm`,
        epsilon: 1e-5,
        momentum: 0.9,
        gammaInitializer: normalAround(1, 0.02),
      });
    /** At stride 2, `same` is PyTorch's padding of 1. */
    const up = (name: string, filters: number, strides: 1 | 2) => [
      layers.conv2dTranspose({
        name,
        filters,
        kernelSize: 4,
        strides,
        padding: strides === 2 ? 'same' : 'valid',
        useBias: false,
        kernelInitializer: normal02(),
      }),
      norm(name),
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
        ...up('g_conv1', 512, 1), // [4, 4, 512]
        ...up('g_conv2', 256, 2), // [8, 8, 256]
        ...up('g_conv3', 128, 2), // [16, 16, 128]
        ...up('g_conv4', 64, 2), // [32, 32, 64]
        // A transposed convolution by one pixel with a padding of 2 is a plain one without the two outer rows.
        layers.cropping2D({ name: 'g_crop', cropping: 2 }), // [28, 28, 64]
        layers.conv2d({
          name: 'g_pixels',
          filters: 1,
          kernelSize: 1,
          useBias: false,
          kernelInitializer: normal02(),
          activation: config.outputActivation,
        }),
      ],
    });

    const down = (name: string, filters: number, options = {}) =>
      layers.conv2d({
        name,
        filters,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        useBias: false,
        kernelInitializer: normal02(),
        ...options,
      });
    const leaky = (name: string) => layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 });
    const discriminator = tf.sequential({
      name: 'discriminator',
      layers: [
        down('d_conv1', 64, { inputShape: [...digitShape] }), // [14, 14, 64]
        leaky('d_conv1'),
        down('d_conv2', 128), // [7, 7, 128]
        norm('d_conv2'),
        leaky('d_conv2'),
        // PyTorch's padding of 1 on an odd side: no window reaches beyond the map's end, where `same` would have one.
        layers.zeroPadding2d({
          name: 'd_pad',
          padding: [
            [1, 0],
            [1, 0],
          ],
        }), // [8, 8, 128]
        down('d_conv3', 256, { padding: 'valid' }), // [3, 3, 256]
        norm('d_conv3'),
        leaky('d_conv3'),
        // The project's last convolution sees the whole map at once, and with its other taps only padding.
        layers.flatten({ name: 'd_flat' }),
        layers.dense({ name: 'd_logit', units: 1, useBias: false, kernelInitializer: normal02() }),
      ],
    });
    return { generator, discriminator };
  },
};
