import {
  add,
  batchNorm,
  conv2d,
  engine,
  leakyRelu,
  matMul,
  relu,
  reshape,
  sigmoid,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tanh,
} from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import type { Weight } from '../../../trainer/export/layers-format.ts';
import type { TransposedConvolution } from './transposed.ts';

/** What one layer does to a batch. */
export type Forward = (x: Tensor) => Tensor;

/** What a layer is made from: its own weights, and what is quick on the backend. */
export interface LayerParts {
  /** @param name such as `kernel`, `bias` or `gamma` */
  find(name: string): Weight;
  /** Puts a weight on the backend until the generator is disposed of. */
  readonly hold: (weight: Weight) => Tensor;
  readonly transposed: TransposedConvolution;
}

type Build = (config: unknown, parts: LayerParts) => Forward;

const activations = {
  linear: (x: Tensor) => x,
  relu: (x: Tensor) => relu(x),
  tanh: (x: Tensor) => tanh(x),
  sigmoid: (x: Tensor) => sigmoid(x),
};
const activation = v.optional(v.picklist(['linear', 'relu', 'tanh', 'sigmoid']), 'linear');
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(whole, v.minValue(1));
const pair = v.tuple([positive, positive]);
/** More is no stride, but a mistake that takes a block of memory for each of its squares. */
const widestStride = 16;
/** Values of a layer's output, all digits together: 512 MB of them. */
const mostValues = 2 ** 27;
const useBias = v.optional(v.boolean(), true);
const channelsLast = v.optional(v.literal('channels_last'), 'channels_last');

const denseSchema = v.object({ activation, use_bias: useBias });
const convSchema = v.object({
  activation,
  use_bias: useBias,
  filters: positive,
  kernel_size: pair,
  strides: v.optional(pair, [1, 1]),
  padding: v.picklist(['same', 'valid']),
  data_format: channelsLast,
  dilation_rate: v.optional(v.union([v.literal(1), v.tuple([v.literal(1), v.literal(1)])])),
});
const transposedSchema = v.pipe(
  convSchema,
  v.check(({ strides: [down, across] }) => down === across && down <= widestStride),
);
const normSchema = v.object({
  axis: v.union([v.literal(-1), v.literal(3)]),
  epsilon: v.number(),
  center: v.optional(v.boolean(), true),
  scale: v.optional(v.boolean(), true),
});
const croppingSchema = v.object({
  cropping: v.tuple([v.tuple([whole, whole]), v.tuple([whole, whole])]),
  data_format: channelsLast,
});
const upsamplingSchema = v.object({
  size: pair,
  interpolation: v.optional(v.literal('nearest'), 'nearest'),
  data_format: channelsLast,
});

/** A layer that makes `growth` values of each of its input's: refused, in words, where there is no room for them. */
const within =
  (growth: number, forward: Forward): Forward =>
  (x) => {
    if (x.size * growth > mostValues) throw new Error(`a layer makes ${x.size * growth} values, too many.`);
    return forward(x);
  };

/** A layer's product, its bias and its activation, in that order. */
function finish(product: Forward, config: v.InferOutput<typeof denseSchema>, parts: LayerParts): Forward {
  const activate = activations[config.activation];
  if (!config.use_bias) return (x) => activate(product(x));
  const bias = parts.hold(parts.find('bias'));
  return (x) => activate(add(product(x), bias));
}

const unchanged: Build = () => (x) => x;

/** The layers that the sampler computes, by their tfjs Layers class; a shape comment is that of the output. */
const layers: Readonly<Record<string, Build>> = {
  InputLayer: unchanged,
  /** Drops nothing outside of training. */
  Dropout: unchanged,

  Dense(config, parts) {
    const kernel = parts.hold(parts.find('kernel')) as Tensor2D;
    const [inputs = 1, units = 1] = kernel.shape;
    const product = within(units / inputs, (x) => matMul(x as Tensor2D, kernel)); // [n, units]
    return finish(product, v.parse(denseSchema, config), parts);
  },

  Conv2D(config, parts) {
    const parsed = v.parse(convSchema, config);
    const { strides, padding } = parsed;
    const kernel = parts.hold(parts.find('kernel')) as Tensor4D;
    const [, , channels = 1, filters = 1] = kernel.shape;
    const product = within(filters / channels, (x) => conv2d(x as Tensor4D, kernel, strides, padding)); // [n, h, w, filters]
    return finish(product, parsed, parts);
  },

  Conv2DTranspose(config, parts) {
    const parsed = v.parse(transposedSchema, config);
    const { filters, kernel_size: size, padding } = parsed;
    const [stride] = parsed.strides;
    const kernel = parts.find('kernel');
    if (String(kernel.shape.slice(0, 3)) !== String([...size, filters]))
      throw new Error(`weights.bin has a kernel of the wrong shape: ${kernel.shape}.`);
    const product = parts.transposed(kernel, { size, stride, filters, padding }, parts.hold);
    return finish(within((stride ** 2 * filters) / (kernel.shape[3] ?? 1), product), parsed, parts);
  },

  /** With the moving statistics: a digit does not depend on the others of its batch. */
  BatchNormalization(config, parts) {
    const { epsilon, center, scale } = v.parse(normSchema, config);
    const [mean, variance] = [
      parts.hold(parts.find('moving_mean')) as Tensor1D,
      parts.hold(parts.find('moving_variance')) as Tensor1D,
    ];
    const offset = center ? (parts.hold(parts.find('beta')) as Tensor1D) : undefined;
    const factor = scale ? (parts.hold(parts.find('gamma')) as Tensor1D) : undefined;
    return (x) => batchNorm(x, mean, variance, offset, factor, epsilon);
  },

  UpSampling2D(config) {
    const { size } = v.parse(upsamplingSchema, config);
    return within(size[0] * size[1], (x) => {
      const [, h = 0, w = 0] = x.shape;
      const enlarged = { size: [h * size[0], w * size[1]], alignCorners: false, halfPixelCenters: false };
      // By its kernel: `tf.image` would bring every other operation on pictures along.
      return engine().runKernel<Tensor>('ResizeNearestNeighbor', { images: x }, enlarged); // [n, h · size, w · size, c]
    });
  },

  Cropping2D(config) {
    const [[above, below], [left, right]] = v.parse(croppingSchema, config).cropping;
    return (x) => {
      const [n = 0, h = 0, w = 0, c = 0] = x.shape;
      return slice(x, [0, above, left, 0], [n, h - above - below, w - left - right, c]);
    };
  },

  ReLU(config) {
    v.parse(v.object({ max_value: v.optional(v.null()) }), config);
    return (x) => relu(x);
  },

  LeakyReLU(config) {
    const { alpha } = v.parse(v.object({ alpha: v.number() }), config);
    return (x) => leakyRelu(x, alpha);
  },

  Activation: (config) => activations[v.parse(v.object({ activation }), config).activation],

  Reshape(config) {
    const { target_shape: shape } = v.parse(v.object({ target_shape: v.array(positive) }), config);
    return (x) => reshape(x, [x.shape[0] ?? 0, ...shape]); // [n, ...target_shape]
  },

  Flatten: () => (x) => reshape(x, [x.shape[0] ?? 0, -1]), // [n, h · w · c]
};

/**
 * How a layer of an exported network is computed.
 *
 * @throws Error in words for a visitor, when the sampler lacks the layer or a setting of it
 */
export function buildLayer(kind: string, name: string, config: unknown, parts: LayerParts): Forward {
  const build = Object.hasOwn(layers, kind) ? layers[kind] : undefined;
  if (!build)
    throw new Error(
      `The sampler cannot compute the layer ${name}, a ${kind}. It knows ${Object.keys(layers).join(', ')}.`,
    );
  try {
    return build(config, parts);
  } catch (error) {
    if (!v.isValiError(error)) throw error;
    const settings = error.issues.map((issue) => v.getDotPath(issue)).join(', ');
    throw new Error(`The sampler cannot compute the layer ${name}, a ${kind}, with its ${settings}.`);
  }
}
