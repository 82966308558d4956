import type * as tfjs from '@tensorflow/tfjs';
import { Matrix, SVD } from 'ml-matrix';
import { afterEach, describe, expect, it } from 'vitest';
import { wave } from '../compile/compiled-fixture.ts';
import { tf } from '../compile/tf.ts';
import { glorot, initialise } from './initializers.ts';
import { iteratePowers, SpectralConv2D, SpectralDense } from './layers.ts';
import { variablesOf } from './trainable.ts';

afterEach(() => tf.disposeVariables());

const dense = () => new SpectralDense({ name: 'dense', units: 5, kernelInitializer: glorot() });
const conv = () =>
  new SpectralConv2D({ name: 'conv', units: 4, kernelSize: 3, strides: 2, kernelInitializer: glorot() });
const cases: [string, () => SpectralDense | SpectralConv2D, number[]][] = [
  ['dense', dense, [7]],
  ['convolution', conv, [5, 5, 2]],
];

/** A model of one layer, and the layer's weights by their names. */
function modelOf(layer: SpectralDense | SpectralConv2D, shape: readonly number[]) {
  const image = tf.input({ shape: [...shape] });
  const model = tf.model({ inputs: image, outputs: layer.apply(image) as tfjs.SymbolicTensor });
  initialise([model], 1);
  const variables = variablesOf(model);
  const variable = (name: string) => variables.get(`${layer.name}/${name}`)!;
  const apply = (x: tfjs.Tensor) => model.apply(x, { training: true }) as tfjs.Tensor;
  return { layer, model, variable, apply };
}

/** The largest singular value of a kernel [..., units] as a matrix. */
function largestSingularValue(kernel: tfjs.Tensor): number {
  const units = kernel.shape.at(-1)!;
  const matrix = Matrix.from1DArray(kernel.size / units, units, [...kernel.dataSync()]);
  return new SVD(matrix).diagonal[0]!;
}
const normOf = ({ layer }: ReturnType<typeof modelOf>) => tf.tidy(() => layer.spectralNorm().dataSync()[0]!);

describe.each(cases)('a %s layer under spectral normalisation', (_, make, shape) => {
  it('has the weights of a plain one to train, and two vectors beside them', () => {
    const { model } = modelOf(make(), shape);
    expect(model.trainableWeights.map(({ originalName }) => originalName.split('/')[1])).toEqual([
      'kernel',
      'bias',
    ]);
    expect(model.nonTrainableWeights.map(({ originalName }) => originalName.split('/')[1])).toEqual([
      'u',
      'v',
    ]);
  });

  it("has, after many iterations, the kernel's largest singular value, and after few not more", () => {
    const made = modelOf(make(), shape);
    const exact = largestSingularValue(made.variable('kernel'));
    const estimates = Array.from({ length: 200 }, () => {
      iteratePowers(made.model);
      return normOf(made);
    });
    expect(estimates.at(-1)! / exact).toBeCloseTo(1, 5);
    for (const estimate of estimates) expect(estimate).toBeLessThan(exact * (1 + 1e-5));
    expect(estimates[0]).toBeLessThan(exact * 0.999);
  });

  it('does what a plain layer does with weights of norm 1', () => {
    const made = modelOf(make(), shape);
    for (let i = 0; i < 200; i++) iteratePowers(made.model);
    const bias = wave(made.variable('bias').size);
    made.variable('bias').assign(tf.tensor1d(bias));
    const kernel = made.variable('kernel');
    const normalised = tf.div(kernel, largestSingularValue(kernel));
    expect(largestSingularValue(normalised)).toBeCloseTo(1, 5);
    const x = tf.tensor(wave(2 * shape.reduce((a, b) => a * b)), [2, ...shape]);
    const plain =
      shape.length === 1
        ? tf.matMul(x, normalised)
        : tf.conv2d(x as tfjs.Tensor4D, normalised as tfjs.Tensor4D, 2, 'same');
    const expected = tf.add(plain, tf.tensor1d(bias));
    const got = made.apply(x);
    expect(got.shape).toEqual(expected.shape);
    expect(made.model.outputShape).toEqual([null, ...expected.shape.slice(1)]);
    expect(tf.max(tf.abs(tf.sub(got, expected))).dataSync()[0]).toBeLessThan(1e-5);
  });

  it('has the gradient that finite differences of weights over their largest singular value have', () => {
    const made = modelOf(make(), shape);
    for (let i = 0; i < 300; i++) iteratePowers(made.model);
    const kernel = made.variable('kernel');
    const x = tf.tensor(wave(2 * shape.reduce((a, b) => a * b), 3), [2, ...shape]);
    const factor = tf.tensor(wave(made.apply(x).size, 5), made.apply(x).shape);
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(made.apply(x), factor)), [kernel]);
    const slopes = grads[kernel.name]!.dataSync();
    // The layer's output is linear in its normalised kernel, whose factors are the gradient by that kernel.
    const byNormalised = tf.tidy(() => {
      const product = (w: tfjs.Tensor) =>
        shape.length === 1 ? tf.matMul(x, w) : tf.conv2d(x as tfjs.Tensor4D, w as tfjs.Tensor4D, 2, 'same');
      return tf
        .grad((w: tfjs.Tensor) => tf.sum(tf.mul(product(w), factor)))(kernel)
        .dataSync();
    });
    const original = [...kernel.dataSync()];
    const value = (numbers: number[]) => {
      const near = tf.tensor(numbers, kernel.shape);
      const dot = numbers.reduce((sum, w, i) => sum + w * byNormalised[i]!, 0);
      const value = dot / largestSingularValue(near);
      near.dispose();
      return value;
    };
    const h = 1e-3;
    for (const [i, w] of original.entries()) {
      const slope = (value(original.with(i, w + h)) - value(original.with(i, w - h))) / (2 * h);
      expect(slopes[i], `kernel[${i}]`).toBeCloseTo(slope, 3);
    }
  });

  it('holds as many tensors after many iterations as after one', () => {
    const made = modelOf(make(), shape);
    iteratePowers(made.model);
    const { numTensors } = tf.memory();
    for (let i = 0; i < 5; i++) iteratePowers(made.model);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
