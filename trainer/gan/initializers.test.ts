import { afterAll, describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { glorot, he, initialise, linear, normalAround } from './initializers.ts';

afterAll(() => tf.disposeVariables());

/** A model of one dense layer of 400 inputs and 300 outputs. */
const modelOf = (layer: ReturnType<typeof tf.layers.dense>) => {
  const input = tf.input({ shape: [400] });
  return tf.model({ inputs: input, outputs: layer.apply(input) as ReturnType<typeof tf.input> });
};
const dense = (kernelInitializer: ReturnType<typeof glorot>) =>
  modelOf(tf.layers.dense({ units: 300, kernelInitializer }));
const valuesOf = (model: ReturnType<typeof modelOf>) =>
  model.getWeights().map((weight) => weight.dataSync<'float32'>());
const variance = (values: Float32Array, mean = 0) =>
  values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;

describe('first values', () => {
  it('of a linear layer are from ±1/√inputs, weights and biases each their own', () => {
    const model = modelOf(linear('linear', 400, 300));
    initialise([model], 1);
    const [kernel, bias] = valuesOf(model);
    for (const values of [kernel!, bias!]) {
      const reach = Math.max(...values.map(Math.abs));
      expect(reach).toBeLessThanOrEqual(0.05);
      expect(reach).toBeGreaterThan(0.049);
      // The variance of U(−a, a) is a²/3.
      expect(Math.abs(variance(values) / (0.05 ** 2 / 3) - 1)).toBeLessThan(0.2);
    }
    expect(kernel!.slice(0, 300)).not.toEqual(bias);
  });

  it.each([
    ['Glorot and Bengio', glorot(), { mean: 0, variance: 2 / 700, reach: Math.sqrt(6 / 700) }],
    // Truncated at two deviations, a normal has .774 of its variance.
    ['He et al.', he(), { mean: 0, variance: (0.774 * 2) / 400, reach: 2 * Math.sqrt(2 / 400) }],
    ['a normal', normalAround(1, 0.02), { mean: 1, variance: 0.02 ** 2, reach: Number.POSITIVE_INFINITY }],
  ])('by %s have the mean, variance and reach that are asked for', (_, initializer, wanted) => {
    const model = dense(initializer);
    initialise([model], 1);
    const [kernel] = valuesOf(model);
    const mean = kernel!.reduce((sum, x) => sum + x, 0) / kernel!.length;
    expect(Math.abs(mean - wanted.mean)).toBeLessThan(5 * Math.sqrt(wanted.variance / kernel!.length));
    // 120,000 values: the variance of a normal is known to .4 %.
    expect(Math.abs(variance(kernel!, wanted.mean) / wanted.variance - 1)).toBeLessThan(0.02);
    expect(Math.max(...kernel!.map(Math.abs))).toBeLessThanOrEqual(wanted.reach);
  });

  it('follow from the seed alone, and say how they do', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => {
      const model = dense(glorot());
      return { begins: [...initialise([model], seed).values()], values: valuesOf(model)[0] };
    });
    expect(again).toEqual(first);
    expect(other!.values).not.toEqual(first!.values);
    expect(first!.begins).toEqual([
      { begins: 'uniform', index: 0, low: -Math.sqrt(6 / 700), high: Math.sqrt(6 / 700) },
      { begins: 'constant', value: 0 },
    ]);
  });

  it("are refused where tfjs's own generator drew them", () => {
    const model = dense(tf.initializers.randomNormal({ seed: 1 }));
    expect(() => initialise([model], 1)).toThrow(/kernel begins with numbers that follow from no rule/);
  });
});
