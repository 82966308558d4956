import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { mlp } from '../recipes/mlp.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { Networks } from './game.ts';
import { glorot } from './initializers.ts';
import { maskedDropout, SpectralConv2D, SpectralDense } from './layers.ts';
import { hinge, relativistic } from './losses.ts';

// For tests: GANs with the layers of the real recipes and a few channels each, for the plain backend needs
// minutes for a step of the real ones.

const { layers } = tf;
const norm = (name: string) => layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 });

/** For tests: batch norm on both sides, transposed convolutions of every kind, dropout. */
export const tinyConvolutional: Recipe = {
  ...mlp,
  name: 'tiny-convolutional',
  networks(config): Networks {
    const up = (name: string, filters: number, kernelSize: number, strides: number) =>
      layers.conv2dTranspose({
        name,
        filters,
        kernelSize,
        strides,
        useBias: false,
        kernelInitializer: glorot(),
      });
    const generator = tf.sequential({
      name: 'generator',
      layers: [
        layers.reshape({
          name: 'g_latent',
          targetShape: [1, 1, config.latentSize],
          inputShape: [config.latentSize],
        }),
        ...[up('g_conv1', 6, 3, 2), norm('g_norm1'), layers.reLU({ name: 'g_act1' })],
        ...[up('g_conv2', 4, 4, 1), norm('g_norm2'), layers.reLU({ name: 'g_act2' })],
        ...[up('g_conv3', 3, 3, 2), norm('g_norm3'), layers.reLU({ name: 'g_act3' })],
        layers.conv2dTranspose({
          name: 'g_pixels',
          filters: 1,
          kernelSize: 4,
          strides: 2,
          activation: 'tanh',
          kernelInitializer: glorot(),
        }),
      ],
    });
    const image = tf.input({ shape: [28, 28, 1] });
    const { inputs, dropout } = maskedDropout([image], config.dropout);
    const down = (x: tfjs.SymbolicTensor, name: string, filters: number, kernelSize: number) => {
      const conv = layers.conv2d({
        name,
        filters,
        kernelSize,
        strides: 2,
        useBias: false,
        kernelInitializer: glorot(),
      });
      const normed = norm(`${name}_norm`).apply(conv.apply(x));
      return dropout(layers.leakyReLU({ alpha: 0.2 }).apply(normed) as tfjs.SymbolicTensor);
    };
    const features = layers.flatten().apply(down(down(image, 'd_conv1', 3, 3), 'd_conv2', 4, 5));
    const outputs = layers.dense({ name: 'd_logit', units: 1, kernelInitializer: glorot() }).apply(features);
    return { generator, discriminator: tf.model({ inputs, outputs: outputs as tfjs.SymbolicTensor }) };
  },
};

/** For tests: told the class, judged by projection, `same` padding. */
export const tinyConditional: Recipe = {
  ...mlp,
  name: 'tiny-conditional',
  classes: 10,
  networks(config): Networks {
    const strided = { kernelSize: 4, strides: 2, padding: 'same' } as const;
    const generator = tf.sequential({
      layers: [
        layers.dense({
          name: 'g_dense',
          units: 7 * 7 * 3,
          inputShape: [config.latentSize + 10],
          kernelInitializer: glorot(),
        }),
        norm('g_norm'),
        layers.reLU(),
        layers.reshape({ targetShape: [7, 7, 3] }),
        layers.conv2dTranspose({
          name: 'g_conv',
          filters: 2,
          ...strided,
          activation: 'relu',
          kernelInitializer: glorot(),
        }),
        layers.conv2dTranspose({
          name: 'g_pixels',
          filters: 1,
          ...strided,
          activation: 'tanh',
          kernelInitializer: glorot(),
        }),
      ],
    });
    const [image, digit] = [tf.input({ shape: [28, 28, 1] }), tf.input({ shape: [10] })];
    const conv = layers.conv2d({ name: 'd_conv', filters: 2, ...strided, kernelInitializer: glorot() });
    const maps = layers.leakyReLU({ alpha: 0.2 }).apply(conv.apply(image));
    const features = layers.flatten().apply(maps) as tfjs.SymbolicTensor;
    const judged = layers.dense({ name: 'd_logit', units: 1, kernelInitializer: glorot() }).apply(features);
    const embedding = layers.dense({
      name: 'd_embed',
      units: 14 * 14 * 2,
      useBias: false,
      kernelInitializer: glorot(),
    });
    const agreement = layers
      .dot({ axes: 1 })
      .apply([features, embedding.apply(digit) as tfjs.SymbolicTensor]);
    const outputs = layers.add().apply([judged, agreement] as tfjs.SymbolicTensor[]) as tfjs.SymbolicTensor;
    return { generator, discriminator: tf.model({ inputs: [image, digit], outputs }) };
  },
};

/** For tests: spectral normalisation and the hinge loss. */
export const tinySpectral: Recipe = {
  ...mlp,
  name: 'tiny-spectral',
  loss: hinge,
  networks(config): Networks {
    const discriminator = tf.sequential({
      layers: [
        layers.inputLayer({ inputShape: [28, 28, 1] }),
        new SpectralConv2D({
          name: 'd_conv',
          units: 3,
          kernelSize: 4,
          strides: 2,
          kernelInitializer: glorot(),
        }),
        layers.leakyReLU({ alpha: 0.2 }),
        layers.flatten(),
        new SpectralDense({ name: 'd_logit', units: 1, kernelInitializer: glorot() }),
      ],
    });
    return { generator: tinyConvolutional.networks(config).generator, discriminator };
  },
};

/** For tests: the relativistic loss, with a penalty at real digits and fakes. */
export const tinyRelativistic: Recipe = {
  ...tinyConditional,
  name: 'tiny-relativistic',
  loss: relativistic,
  penalty: 'r1+r2',
};
