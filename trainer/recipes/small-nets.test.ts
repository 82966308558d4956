import type * as tfjs from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { wave } from '../compile/compiled-fixture.ts';
import { tf } from '../compile/tf.ts';
import { buildGan } from '../gan/gan.ts';
import { conditional } from './conditional.ts';
import { r3 } from './r3.ts';
import { type Recipe, resolveConfig } from './recipe.ts';
import { snDcgan } from './sn-dcgan.ts';

afterAll(() => tf.disposeVariables());

const networks = (recipe: Recipe) => buildGan(recipe, resolveConfig(recipe).config);
const [told, spectral, plain] = [conditional, snDcgan, r3].map(networks) as [
  ReturnType<typeof networks>,
  ReturnType<typeof networks>,
  ReturnType<typeof networks>,
];
const typesOf = ({ layers }: tfjs.LayersModel) => layers.map((layer) => layer.getClassName());
/** The layers of a name that starts like this, with the sizes that they hand on. */
const sizesOf = ({ layers }: tfjs.LayersModel, name: string) =>
  layers.filter((layer) => layer.name.startsWith(name)).map((layer) => layer.outputShape);
/** The spread of a network's outputs for inputs of spread about .7. */
function spread(model: tfjs.LayersModel): number {
  const [, ...shape] = model.inputs[0]!.shape as [null, ...number[]];
  const size = 4 * shape.reduce((a, b) => a * b);
  return tf.tidy(() => {
    const outputs = model.predict(tf.tensor(wave(size), [4, ...shape])) as tfjs.Tensor;
    return tf.sqrt(tf.mean(tf.square(outputs))).dataSync()[0]!;
  });
}

describe('the small networks', () => {
  it('are as large in every recipe, but for the class', () => {
    const latentSize = resolveConfig(conditional).config.latentSize;
    for (const { generator, discriminator } of [spectral, plain]) {
      expect(generator.inputs[0]!.shape).toEqual([null, latentSize]);
      expect(sizesOf(generator, 'g_conv')[0]).toEqual(sizesOf(told.generator, 'g_conv')[0]);
      expect(sizesOf(discriminator, 'd_conv')).toEqual(sizesOf(told.discriminator, 'd_conv'));
      expect(sizesOf(discriminator, 'd_embed')).toEqual([]);
    }
    expect(told.generator.inputs[0]!.shape).toEqual([null, latentSize + 10]);
    expect(sizesOf(told.discriminator, 'd_embed')).toHaveLength(1);
  });

  it('have batch norm in the generator of sn-dcgan and spectral norms in all of its discriminator', () => {
    expect(typesOf(spectral.generator).filter((type) => type === 'BatchNormalization')).toHaveLength(2);
    const trained = spectral.discriminator.layers.filter((layer) => layer.trainableWeights.length > 0);
    expect(trained.map((layer) => layer.getClassName())).toEqual([
      'SpectralConv2D',
      'SpectralConv2D',
      'SpectralDense',
    ]);
  });

  it('are normalised by nothing in r3, where signals keep their size and the first digits are a soft grey', () => {
    const types = [...typesOf(plain.generator), ...typesOf(plain.discriminator)];
    expect(types.filter((type) => /Norm|Spectral/.test(type))).toEqual([]);
    expect(spread(plain.generator)).toBeGreaterThan(0.01);
    expect(spread(plain.generator)).toBeLessThan(0.2);
    expect(spread(plain.discriminator)).toBeGreaterThan(0.2);
    expect(spread(plain.discriminator)).toBeLessThan(5);
  });
});
