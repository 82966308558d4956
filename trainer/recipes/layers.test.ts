import { afterAll, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { linearLayers } from './layers.ts';
import { mlp } from './mlp.ts';
import { resolveConfig } from './recipe.ts';

const { config } = resolveConfig(mlp);
afterAll(() => tf.disposeVariables());

it('draws weights and biases of a linear layer from ±1/√inputs, each its own', () => {
  const layer = linearLayers(config)('linear', 400, 300);
  layer.build([null, 400]);
  const [kernel, bias] = layer.getWeights().map((weight) => weight.dataSync<'float32'>());
  for (const values of [kernel!, bias!]) {
    const reach = Math.max(...values.map(Math.abs));
    expect(reach).toBeLessThanOrEqual(0.05);
    expect(reach).toBeGreaterThan(0.049);
    // The variance of U(−a, a) is a²/3.
    const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(Math.abs(variance / (0.05 ** 2 / 3) - 1)).toBeLessThan(0.2);
  }
  expect(kernel!.slice(0, 300)).not.toEqual(bias);
});
