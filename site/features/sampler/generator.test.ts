import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tf } from '../../../trainer/compile/tf.ts';
import { exportLayersModel } from '../../../trainer/export/layers-model.ts';
import { buildGan } from '../../../trainer/gan/gan.ts';
import { recipes } from '../../../trainer/recipes/index.ts';
import { resolveConfig } from '../../../trainer/recipes/recipe.ts';
import { buildGenerator } from './generator.ts';
import { ownKernel } from './own-kernel.ts';
import { matrixProducts } from './transposed.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { layers } = tf;
type Layer = NonNullable<NonNullable<Parameters<typeof tf.sequential>[0]>['layers']>[number];

/** Weights that no initialiser would give: biases, moving means and variances of their own. */
function randomise(model: tf.LayersModel): void {
  const weights = model.getWeights().map((weight) => tf.randomUniform(weight.shape, 0.1, 0.9, 'float32', 5));
  model.setWeights(weights);
  tf.dispose(weights);
}

async function exported(stack: Layer[] | tf.LayersModel, dtype: 'float32' | 'float16' = 'float32') {
  const model = Array.isArray(stack) ? tf.sequential({ layers: stack }) : stack;
  randomise(model);
  const { json, weights } = await exportLayersModel(model, undefined, { dtype });
  const bytes = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength);
  return { model, json: JSON.parse(json) as unknown, bytes: bytes as ArrayBuffer };
}

const input = (count: number, size: number) =>
  Float32Array.from({ length: count * size }, (_, i) => Math.sin(i + 1));

/** Shape [6] into a picture of 3 × 2 with 4 channels. */
const picture = (): Layer[] => [
  layers.dense({ units: 24, inputShape: [6], useBias: false }),
  layers.reshape({ targetShape: [3, 2, 4] }),
];

/** A residual block whose shortcut is a convolution by one pixel, one whose is none, and two ways that are joined. */
function branched(): tf.LayersModel {
  type Node = tf.SymbolicTensor;
  const latent = tf.input({ shape: [6] });
  const apply = (layer: Layer, ...from: Node[]) => layer.apply(from.length === 1 ? from[0]! : from) as Node;
  const conv = (filters: number, kernelSize: number) =>
    layers.conv2d({ filters, kernelSize, padding: 'same' });
  const map = apply(
    layers.reshape({ targetShape: [3, 2, 4] }),
    apply(layers.dense({ units: 24, useBias: false }), latent),
  );
  const up = apply(layers.upSampling2d({ size: [2, 2] }), map);
  const around = apply(conv(5, 1), up);
  const through = apply(conv(5, 3), apply(layers.reLU(), apply(layers.batchNormalization(), up)));
  const first = apply(layers.add(), around, through);
  const second = apply(layers.add(), first, apply(conv(5, 3), apply(layers.leakyReLU(), first)));
  const wide = apply(layers.conv2dTranspose({ filters: 2, kernelSize: 3, padding: 'same' }), second);
  const joined = apply(layers.concatenate(), wide, second);
  return tf.model({ inputs: latent, outputs: apply(layers.activation({ activation: 'tanh' }), joined) });
}

const stacks: Record<string, () => Layer[] | tf.LayersModel> = {
  'a graph with a residual block, and two ways of other widths laid side by side': () => branched(),
  'dense layers with every activation': () => [
    layers.dense({ units: 5, inputShape: [6], activation: 'relu' }),
    layers.dense({ units: 5, activation: 'sigmoid' }),
    layers.dense({ units: 4, activation: 'linear' }),
    layers.activation({ activation: 'tanh' }),
  ],
  'a latent that is a picture of one pixel': () => [
    layers.reshape({ targetShape: [1, 1, 6], inputShape: [6] }),
    layers.conv2dTranspose({ filters: 3, kernelSize: 3, padding: 'valid' }),
  ],
  'batch norm of units and of channels': () => [
    layers.dense({ units: 24, inputShape: [6] }),
    layers.batchNormalization({ epsilon: 1e-5 }),
    layers.reLU(),
    layers.reshape({ targetShape: [3, 2, 4] }),
    layers.batchNormalization({ center: false, scale: false }),
  ],
  'leaky rectifiers, dropout and flattening': () => [
    ...picture(),
    layers.leakyReLU({ alpha: 0.2 }),
    layers.dropout({ rate: 0.4 }),
    layers.flatten(),
  ],
  'pictures cut at their edges': () => [
    ...picture(),
    layers.upSampling2d({ size: [3, 3] }),
    layers.cropping2D({ cropping: 1 }),
    layers.cropping2D({
      cropping: [
        [0, 2],
        [1, 0],
      ],
    }),
    layers.conv2d({ filters: 2, kernelSize: 1, useBias: false, activation: 'tanh' }),
  ],
  'enlarged pictures and convolutions': () => [
    ...picture(),
    layers.upSampling2d({ size: [2, 2] }),
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }),
    layers.conv2d({ filters: 2, kernelSize: 2, strides: 2, activation: 'tanh' }),
  ],
};

const geometries = [1, 2, 3].flatMap((strides) =>
  [1, 2, 3, 4, 5].flatMap((kernelSize) =>
    (['same', 'valid'] as const).map((padding) => ({ strides, kernelSize, padding })),
  ),
);

describe.each([
  ['the backend’s own kernel', ownKernel],
  ['matrix products', matrixProducts],
])('with transposed convolutions by %s', (_, transposed) => {
  const build = (json: unknown, bytes: ArrayBuffer) => buildGenerator(json, bytes, transposed);

  async function expectSame(stack: Layer[] | tf.LayersModel, dtype?: 'float16'): Promise<void> {
    const { model, json, bytes } = await exported(stack, dtype);
    const generator = build(json, bytes);
    const drawn = await generator.draw(input(3, 6), 3);
    const wanted = await (model.predict(tf.tensor2d(input(3, 6), [3, 6])) as tf.Tensor).data();
    expect(drawn.length).toBe(wanted.length);
    const tolerance = dtype ? 2e-2 : 1e-5;
    const worst = Math.max(
      ...drawn.map((value, i) => Math.abs(value - (wanted[i] ?? 0)) / (1 + Math.abs(wanted[i] ?? 0))),
    );
    expect(worst).toBeLessThan(tolerance);
  }

  test.each(Object.entries(stacks))('it draws what tf.loadLayersModel predicts: %s', async (_name, stack) => {
    await expectSame(stack());
  });

  test.each(geometries)('it enlarges as tfjs does: %o', async (geometry) => {
    await expectSame([...picture(), layers.conv2dTranspose({ filters: 2, ...geometry })]);
  });

  test('it enlarges more in one direction than in the other', async () => {
    const options = {
      filters: 2,
      kernelSize: [3, 4] as [number, number],
      strides: [3, 2] as [number, number],
    };
    await expectSame([...picture(), layers.conv2dTranspose({ ...options, padding: 'same' })]);
  });

  test('it enlarges by a kernel of unequal sides', async () => {
    await expectSame([
      ...picture(),
      layers.conv2dTranspose({ filters: 2, kernelSize: [2, 5], strides: 2, padding: 'same' }),
    ]);
  });

  test('it reads weights that are stored as halves', async () => {
    await expectSame(
      [...picture(), layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2 })],
      'float16',
    );
  });

  test('it holds the same tensors however often it draws, and none once it is disposed of', async () => {
    const { json, bytes } = await exported([
      ...picture(),
      layers.batchNormalization(),
      layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same' }),
    ]);
    const outside = tf.memory().numTensors;
    const generator = build(json, bytes);
    await generator.draw(input(2, 6), 2);
    const held = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await generator.draw(input(2, 6), 2);
    expect(tf.memory().numTensors).toBe(held);
    generator.dispose();
    expect(tf.memory().numTensors).toBe(outside);
  });
});

describe('what the sampler cannot read', () => {
  let tensors = 0;
  afterEach(() => expect(tf.memory().numTensors).toBe(tensors));

  async function faultOf(
    stack: Layer[] | tf.LayersModel,
    change?: (json: string) => string,
  ): Promise<string> {
    const { json, bytes } = await exported(stack);
    tensors = tf.memory().numTensors;
    const text = JSON.stringify(json);
    try {
      buildGenerator(JSON.parse(change?.(text) ?? text), bytes, ownKernel);
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return '';
  }

  test('a layer that it does not know is named, beside those that it does', async () => {
    const fault = await faultOf([
      layers.dense({ units: 3, inputShape: [6] }),
      layers.softmax({ name: 'mixing' }),
    ]);
    expect(fault).toMatch(/^The sampler cannot compute the layer mixing, a Softmax\. It knows .*Dense/);
  });

  test('a setting that it does not know is named', async () => {
    const fault = await faultOf([
      ...picture(),
      layers.upSampling2d({ name: 'larger', interpolation: 'bilinear' }),
    ]);
    expect(fault).toBe(
      'The sampler cannot compute the layer larger, a UpSampling2D, with its interpolation.',
    );
  });

  test('a network that is no graph of layers', async () => {
    const fault = await faultOf(picture(), (json) => json.replace('"Sequential"', '"Capsules"'));
    expect(fault).toBe('model.json is not a network of at most 100 layers with one input and one output.');
  });

  test('a layer that reads one that comes after it', async () => {
    const fault = await faultOf(branched(), (json) =>
      json.replace(/("inbound_nodes":\[\[\[)"up_sampling2d_[^"]*"/, '$1"later"'),
    );
    expect(fault).toMatch(/^model\.json has a layer \S+ that reads what does not come before it\.$/);
  });

  test('weights of another length', async () => {
    const fault = await faultOf(picture(), (json) => json.replace('"shape":[6,24]', '"shape":[6,25]'));
    expect(fault).toBe('weights.bin has 576 bytes, and model.json describes 600.');
  });

  test('a weight that is missing', async () => {
    const fault = await faultOf(picture(), (json) => json.replaceAll('/kernel"', '/core/kernel"'));
    expect(fault).toMatch(/^model\.json lists no weight dense\S+\/kernel of the shape that its layer has\.$/);
  });

  test('a file that is no model', () => {
    tensors = tf.memory().numTensors;
    expect(() => buildGenerator({ format: 'graph-model' }, new ArrayBuffer(0), ownKernel)).toThrow(
      'model.json is not in the tfjs Layers format that the sampler reads.',
    );
  });
});

test.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
  'the sampler draws with the generator of %s what the trainer draws',
  async (_, recipe) => {
    const gan = buildGan(recipe, resolveConfig(recipe).config);
    const { json, weights } = await exportLayersModel(gan.generator, undefined, { dtype: 'float32' });
    const bytes = weights.slice().buffer;
    const generator = buildGenerator(JSON.parse(json), bytes, matrixProducts);
    const width = gan.config.latentSize + recipe.classes;
    const input = Float32Array.from({ length: width }, (_, i) => Math.sin(i + 1));
    const wanted = gan.generator.predict(tf.tensor2d(input, [1, width])) as tf.Tensor;
    const drawn = await generator.draw(input, 1);
    const differences = (await wanted.data<'float32'>()).map((value, i) => Math.abs(value - drawn[i]!));
    expect(differences).toHaveLength(784);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    generator.dispose();
    wanted.dispose();
    gan.dispose();
  },
);
