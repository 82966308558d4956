import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { exportLayersModel } from '../export/layers-model.ts';
import { recipes } from '../recipes/index.ts';
import { resolveConfig } from '../recipes/recipe.ts';
import type { Gan } from './game.ts';
import { buildGan } from './gan.ts';
import { tinyConfig, toy } from './toy-fixture.ts';
import { averageOf, variablesOf } from './trainable.ts';

const every = [...recipes, toy].map((recipe) => [recipe.name, recipe] as const);

/** The names of all variables of a GAN, in their order. */
const namesOf = ({ generator, discriminator, trained, nameOf }: Gan) => [
  ...[generator, discriminator].flatMap((model) => [...variablesOf(model).values()].map(nameOf)),
  ...[...trained.generator.groups, ...trained.discriminator.groups].flatMap(({ mean, square }) =>
    [mean, square].flatMap((slot) => (slot ? [nameOf(slot)] : [])),
  ),
  ...trained.generator.averages.map(({ average }) => nameOf(average)),
];

describe.each(every)('the GAN %s', (_, recipe) => {
  it('names its variables the same in a second build, each once', () => {
    const config = resolveConfig(recipe, { emaDecay: 0.9 }).config;
    const [first, second] = [buildGan(recipe, config), buildGan(recipe, config)];
    expect(namesOf(second)).toEqual(namesOf(first));
    expect(new Set(namesOf(first)).size).toBe(namesOf(first).length);
    first.dispose();
    second.dispose();
  });

  it('exports the same model.json and weights in a second build, and others of another seed', async () => {
    const build = async (seed: number) => {
      const gan = buildGan(recipe, resolveConfig(recipe, { seed }).config);
      const { json, weights } = await exportLayersModel(gan.generator, undefined, { dtype: 'float32' });
      gan.dispose();
      // Up to 14 MB, which a matcher would compare number by number.
      return { json, weights: hash('sha256', weights, 'hex') };
    };
    const first = await build(1);
    expect(await build(1)).toEqual(first);
    expect(await build(2)).not.toEqual(first);
  });

  it('leaves no tensor behind when disposed of', () => {
    const before = tf.memory().numTensors;
    buildGan(recipe, resolveConfig(recipe, { emaDecay: 0.9 }).config).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('averages', () => {
  it('start as the weights, moving statistics included', () => {
    const gan = buildGan(toy, tinyConfig(toy, { emaDecay: 0.9 }));
    const names = gan.trained.generator.averages.map(({ average }) => gan.nameOf(average));
    expect(names).toEqual([...variablesOf(gan.generator).keys()].map(averageOf));
    expect(names).toContain('ema/g_norm/moving_mean');
    for (const { weight, average } of gan.trained.generator.averages)
      expect(average.dataSync()).toEqual(weight.dataSync());
    gan.dispose();
  });

  it('are not kept where they are off', () => {
    const gan = buildGan(toy, tinyConfig(toy));
    expect(gan.trained.generator.averages).toEqual([]);
    gan.dispose();
  });
});
