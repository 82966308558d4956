import { afterEach, describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { conditional } from '../recipes/conditional.ts';
import { dcgan64 } from '../recipes/dcgan-64.ts';
import { recipes } from '../recipes/index.ts';
import { mlp } from '../recipes/mlp.ts';
import { type Recipe, resolveConfig } from '../recipes/recipe.ts';
import { snDcgan } from '../recipes/sn-dcgan.ts';
import type { Gan } from './game.ts';
import { buildGan } from './gan.ts';
import { summariseNetwork } from './summary.ts';

const built: Gan[] = [];
afterEach(() => built.splice(0).forEach((gan) => void gan.dispose()));

function summaries(recipe: Recipe) {
  const gan = buildGan(recipe, resolveConfig(recipe).config);
  built.push(gan);
  return [summariseNetwork(gan.generator), summariseNetwork(gan.discriminator)] as const;
}
const millions = (n: number) => n / 1e6;

describe('a summary', () => {
  it('counts what the fully connected GAN is known to have', () => {
    const [g, d] = summaries(mlp);
    expect([millions(g.parameters), millions(g.macs)]).toEqual([
      expect.closeTo(0.28, 2),
      expect.closeTo(0.28, 2),
    ]);
    expect([millions(d.parameters), millions(d.macs)]).toEqual([
      expect.closeTo(0.27, 2),
      expect.closeTo(0.27, 2),
    ]);
  });

  it('counts what the convolutional GAN is known to have', () => {
    const [g, d] = summaries(dcgan64);
    expect([millions(g.macs), millions(g.parameters)]).toEqual([
      expect.closeTo(7.7, 1),
      expect.closeTo(0.75, 2),
    ]);
    expect([millions(d.macs), millions(d.parameters)]).toEqual([
      expect.closeTo(0.4, 1),
      expect.closeTo(0.066, 2),
    ]);
  });

  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    'adds up the layers of %s',
    (_, recipe) => {
      for (const { layers, parameters, macs } of summaries(recipe)) {
        expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
        expect(layers.reduce((sum, layer) => sum + layer.macs, 0)).toBe(macs);
        expect(new Set(layers.map(({ name }) => name)).size).toBe(layers.length);
      }
    },
  );

  it('says which layers a layer reads, in a chain and in a graph', () => {
    const [g, d] = summaries(conditional);
    const edges = (layers: readonly { name: string; inputs?: string[] | undefined }[]) =>
      Object.fromEntries(layers.map(({ name, inputs }) => [name, inputs]));
    expect(edges(g.layers)).toMatchObject({ g_dense: [], g_dense_norm: ['g_dense'], g_map: ['g_dense_act'] });
    expect(edges(d.layers)).toMatchObject({
      digit: [],
      d_logit: ['d_flat'],
      d_project: ['d_flat', 'd_embed'],
      d_sum: ['d_logit', 'd_project'],
    });
  });

  it('counts layers under spectral normalisation as the plain ones, two vectors apart', () => {
    const [plain, spectral] = [conditional, snDcgan].map((recipe) => summaries(recipe)[1].layers);
    for (const name of ['d_conv1', 'd_conv2', 'd_logit']) {
      const [a, b] = [plain, spectral].map((layers) => layers?.find((layer) => layer.name === name));
      expect([b?.type, b?.output, b?.macs]).toEqual([`Spectral${a?.type}`, a?.output, a?.macs]);
      const units = b!.output.at(-1)!;
      const rest = (a!.parameters - units) / units;
      expect(b!.parameters).toBe(a!.parameters + units + rest);
    }
  });

  it('counts a strided and a transposed convolution by hand', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
        tf.layers.conv2dTranspose({ filters: 5, kernelSize: 4, strides: 2, padding: 'same' }),
      ],
    });
    const { layers } = summariseNetwork(model);
    // 4 × 4 outputs, each a product with 3·3·2·3 weights; 4 × 4 inputs, each spread over 4·4·3·5 weights.
    expect(layers.map(({ output, macs }) => [output, macs])).toEqual([
      [[4, 4, 3], 16 * 54],
      [[8, 8, 5], 16 * 240],
    ]);
    model.dispose();
  });
});
