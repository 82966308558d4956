import {
  add,
  batchNorm,
  conv2d,
  engine,
  leakyRelu,
  matMul,
  pad,
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
import type { GeneratorKindName, SettingsOf, Shape } from '../../../trainer/export/layer-kinds.ts';
import type { Weight } from '../../../trainer/export/layers-format.ts';
import type { NetworkLayer } from '../../../trainer/export/topology.ts';
import type { TransposedConvolution } from './transposed.ts';

/** What one layer does to a batch of each of its inputs. */
export type Forward = (...inputs: Tensor[]) => Tensor;

/** What a layer is made from: its own weights, and what is quick on the backend. */
export interface LayerParts {
  /** @param name such as `kernel`, `bias` or `gamma` */
  readonly find: (name: string) => Weight;
  /** Puts a weight on the backend until the generator is disposed of. */
  readonly hold: (weight: Weight) => Tensor;
  readonly transposed: TransposedConvolution;
  /** What it makes of one sample. */
  readonly output: Shape;
}

type Kernels = {
  readonly [Kind in GeneratorKindName]: (settings: SettingsOf<Kind>, parts: LayerParts) => Forward;
};

const activations = {
  linear: (x: Tensor) => x,
  relu: (x: Tensor) => relu(x),
  tanh: (x: Tensor) => tanh(x),
  sigmoid: (x: Tensor) => sigmoid(x),
};

/** A layer's product, its bias and its activation, in that order. */
function finish(
  product: Forward,
  { activation, use_bias }: Pick<SettingsOf<'Dense'>, 'activation' | 'use_bias'>,
  { find, hold }: LayerParts,
): Forward {
  const activate = activations[activation];
  if (!use_bias) return (x) => activate(product(x));
  const bias = hold(find('bias'));
  return (x) => activate(add(product(x), bias));
}

const sum = (inputs: readonly Tensor[]) => inputs.reduce((before, input) => add(before, input));

const unchanged = () => (x: Tensor) => x;

/** How each kind of layer is computed; a shape comment is that of the output. */
const kernels: Kernels = {
  InputLayer: unchanged,
  Dropout: unchanged,

  Dense(settings, parts) {
    const kernel = parts.hold(parts.find('kernel')) as Tensor2D;
    return finish((x) => matMul(x as Tensor2D, kernel), settings, parts); // [n, units]
  },

  Conv2D(settings, parts) {
    const { strides, padding } = settings;
    const kernel = parts.hold(parts.find('kernel')) as Tensor4D;
    return finish((x) => conv2d(x as Tensor4D, kernel, strides, padding), settings, parts); // [n, h, w, filters]
  },

  Conv2DTranspose(settings, parts) {
    const { kernel_size: size, strides, padding } = settings;
    const geometry = { size, strides, padding, output: parts.output };
    return finish(parts.transposed(parts.find('kernel'), geometry, parts.hold), settings, parts);
  },

  /** With the moving statistics: a digit does not depend on the others of its batch. */
  BatchNormalization({ epsilon, center, scale }, { find, hold }) {
    const held = (name: string) => hold(find(name)) as Tensor1D;
    const [mean, variance] = [held('moving_mean'), held('moving_variance')];
    const offset = center ? held('beta') : undefined;
    const factor = scale ? held('gamma') : undefined;
    return (x) => batchNorm(x, mean, variance, offset, factor, epsilon);
  },

  UpSampling2D:
    ({ size: [down, across] }) =>
    (x) => {
      const [, h = 0, w = 0] = x.shape;
      const enlarged = { size: [h * down, w * across], alignCorners: false, halfPixelCenters: false };
      // By its kernel: `tf.image` would bring every other operation on pictures along.
      return engine().runKernel<Tensor>('ResizeNearestNeighbor', { images: x }, enlarged); // [n, h · down, w · across, c]
    },

  Cropping2D:
    ({ cropping: [[above, below], [left, right]] }) =>
    (x) => {
      const [n = 0, h = 0, w = 0, c = 0] = x.shape;
      return slice(x, [0, above, left, 0], [n, h - above - below, w - left - right, c]);
    },

  ReLU: () => (x) => relu(x),
  LeakyReLU:
    ({ alpha }) =>
    (x) =>
      leakyRelu(x, alpha),
  Activation: ({ activation }) => activations[activation],

  Reshape:
    ({ target_shape: shape }) =>
    (x) =>
      reshape(x, [x.shape[0] ?? 0, ...shape]), // [n, ...target_shape]
  Flatten: () => (x) => reshape(x, [x.shape[0] ?? 0, -1]), // [n, h · w · c]

  Add:
    () =>
    (...inputs) =>
      sum(inputs),
  Concatenate:
    () =>
    (...inputs) => {
      const all = inputs.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0);
      let before = 0;
      // Each in its place among zeros, and their sum: what brings a kernel of its own to no backend.
      const placed = inputs.map((input) => {
        const [own, start] = [input.shape.at(-1) ?? 0, before];
        before += own;
        const none = input.shape.slice(1).map((): [number, number] => [0, 0]);
        return pad(input, [...none, [start, all - start - own]]);
      });
      return sum(placed); // [n, h, w, all channels]
    },
};

/** How a layer of a checked network is computed. */
export function buildLayer(
  { kind, settings, output }: NetworkLayer,
  parts: Omit<LayerParts, 'output'>,
): Forward {
  // Its settings are those of its kind: the schema of that kind gave them.
  const build = kernels[kind] as (settings: unknown, parts: LayerParts) => Forward;
  return build(settings, { ...parts, output });
}
