import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { Config } from '../config.ts';
import { digitShape } from '../data/idx-format.ts';
import type { Initializer } from '../gan/initializers.ts';
import { maskedDropout, SpectralConv2D, SpectralDense } from '../gan/layers.ts';

// The networks that the modern recipes share: the same layers, small enough for minutes on two cores, so that
// their games can be compared. A recipe says what is around the layers.

const { layers } = tf;
const strided = { kernelSize: 4, strides: 2, padding: 'same' } as const;
/**
 * Channels of the feature maps, 7 × 7 and 14 × 14. The generator is the wider one: a step runs it four times, counting
 * backward passes, and the discriminator nine.
 */
const channels = { generator: [128, 64], discriminator: [64, 32] } as const;

export interface GeneratorStyle {
  /** 0, or how many classes follow the latents. */
  readonly classes?: number;
  /** What follows each layer but the last. */
  readonly between: 'batch norm, ReLU' | 'leaky ReLU';
  /** Initialises the next layer. */
  readonly init: () => Initializer;
  /** Initialises the last layer, if not as the others. */
  readonly lastInit?: () => Initializer;
}

/** [batch, latentSize + classes] → dense → [batch, 7, 7, 128] → [batch, 14, 14, 64] → [batch, 28, 28, 1]. */
export function smallGenerator(
  { latentSize, outputActivation }: Config,
  { classes = 0, between, init, lastInit = init }: GeneratorStyle,
): tfjs.Sequential {
  const [deep, shallow] = channels.generator;
  const normed = between === 'batch norm, ReLU';
  const behind = (name: string) =>
    normed
      ? [
          layers.batchNormalization({ name: `${name}_norm`, epsilon: 1e-5, momentum: 0.9 }),
          layers.reLU({ name: `${name}_act` }),
        ]
      : [layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 })];
  // A bias would be taken out again by the batch norm behind it.
  const useBias = !normed;
  return tf.sequential({
    name: 'generator',
    layers: [
      layers.dense({
        name: 'g_dense',
        units: 7 * 7 * deep,
        inputShape: [latentSize + classes],
        useBias,
        kernelInitializer: init(),
      }),
      ...behind('g_dense'),
      layers.reshape({ name: 'g_map', targetShape: [7, 7, deep] }),
      layers.conv2dTranspose({
        name: 'g_conv',
        filters: shallow,
        ...strided,
        useBias,
        kernelInitializer: init(),
      }),
      ...behind('g_conv'),
      layers.conv2dTranspose({
        name: 'g_pixels',
        filters: 1,
        ...strided,
        kernelInitializer: lastInit(),
        activation: outputActivation,
      }),
    ],
  });
}

export interface DiscriminatorStyle {
  /** 0, or how many classes it is told. */
  readonly classes?: number;
  /** Whether its weights are divided by their spectral norms. */
  readonly spectral?: boolean;
  /** Initialises the next layer. */
  readonly init: () => Initializer;
}

/**
 * [batch, 28, 28, 1] → [batch, 14, 14, 32] → [batch, 7, 7, 64] → [batch, 1]: a linear judgement of the features,
 * plus their agreement with the class where there are classes (Miyato & Koyama 2018, equation 3).
 */
export function smallDiscriminator(
  { dropout: rate }: Config,
  { classes = 0, spectral = false, init }: DiscriminatorStyle,
): tfjs.LayersModel {
  const [deep, shallow] = channels.discriminator;
  const image = tf.input({ shape: [...digitShape], name: 'image' });
  const told = classes > 0 ? [tf.input({ shape: [classes], name: 'digit' })] : [];
  const { inputs, dropout } = maskedDropout([image, ...told], rate);
  const conv = (name: string, units: number) =>
    spectral
      ? new SpectralConv2D({ name, units, ...strided, kernelInitializer: init() })
      : layers.conv2d({ name, filters: units, ...strided, kernelInitializer: init() });
  const dense = (name: string, units: number, useBias = true) => {
    const options = { name, units, useBias, kernelInitializer: init() };
    return spectral ? new SpectralDense(options) : layers.dense(options);
  };
  const down = (x: tfjs.SymbolicTensor, name: string, units: number) => {
    const active = layers.leakyReLU({ name: `${name}_act`, alpha: 0.2 }).apply(conv(name, units).apply(x));
    return dropout(active as tfjs.SymbolicTensor);
  };
  const maps = down(down(image, 'd_conv1', shallow), 'd_conv2', deep);
  const features = layers.flatten({ name: 'd_flat' }).apply(maps) as tfjs.SymbolicTensor;
  const realism = dense('d_logit', 1).apply(features) as tfjs.SymbolicTensor;
  const agreements = told.map((digit) => {
    const embedding = dense('d_embed', 7 * 7 * deep, false).apply(digit) as tfjs.SymbolicTensor;
    return layers.dot({ name: 'd_project', axes: 1 }).apply([features, embedding]) as tfjs.SymbolicTensor;
  });
  const outputs = agreements.reduce(
    (logit, agreement) => layers.add({ name: 'd_sum' }).apply([logit, agreement]) as tfjs.SymbolicTensor,
    realism,
  );
  return tf.model({ name: 'discriminator', inputs, outputs });
}
