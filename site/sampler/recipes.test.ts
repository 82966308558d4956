import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { tf } from '../../trainer/compile/tf.ts';
import { exportLayersModel } from '../../trainer/export/layers-model.ts';
import { buildGan } from '../../trainer/gan/gan.ts';
import { recipes } from '../../trainer/recipes/index.ts';
import { settle } from '../../trainer/settings.ts';
import { buildGenerator } from './generator.ts';
import { matrixProducts } from './transposed/matrix-products.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
  'the sampler draws with the generator of %s what the trainer draws',
  async (_, recipe) => {
    const gan = buildGan(recipe, settle(recipe).config);
    const { json, weights } = await exportLayersModel(gan.generator, undefined, { dtype: 'float32' });
    const bytes = weights.slice().buffer;
    const generator = buildGenerator(JSON.parse(json), bytes, matrixProducts);
    const width = gan.config.latentSize + recipe.classes;
    const input = Float32Array.from({ length: width }, (_, i) => Math.sin(i + 1));
    const wanted = gan.generator.predict(tf.tensor2d(input, [1, width])) as Tensor;
    const drawn = await generator.draw(input, 1);
    const differences = (await wanted.data()).map((value, i) => Math.abs(value - drawn[i]!));
    expect(differences).toHaveLength(784);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    generator.dispose();
    wanted.dispose();
    gan.dispose();
  },
);
