import { afterEach, describe, expect, it } from 'vitest';
import { loadHere } from '../compile/compiled-fixture.ts';
import { buildGan, type Gan } from '../gan/gan.ts';
import { summariseNetwork } from '../gan/summary.ts';
import { inputsOf, madeUpDigits } from '../gan/toy-fixture.ts';
import { traceStep } from '../gan/training.ts';
import { findRecipe, recipes } from './index.ts';
import { type Overrides, type Recipe, resolveConfig } from './recipe.ts';

const built: Gan[] = [];
afterEach(() => built.splice(0).forEach((gan) => void gan.dispose()));
function build(recipe: Recipe, chosen: Overrides = {}): Gan {
  const gan = buildGan(recipe, resolveConfig(recipe, chosen).config);
  built.push(gan);
  return gan;
}

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('the recipe %s', (_, recipe) => {
  it('gives a reason for every value', () => {
    for (const [field, { reason }] of Object.entries(recipe.overrides))
      expect(reason.trim().length, field).toBeGreaterThan(2);
  });

  it('quotes the description where it says that it states a value', () => {
    const stated = Object.entries(recipe.overrides).filter(([, { origin }]) => origin === 'stated');
    for (const [field, { reason }] of stated) expect(reason, field).toMatch(/^the description: “.+”/);
  });

  it('draws digits, and judges them by one number', () => {
    const { generator, discriminator, config } = build(recipe);
    expect(generator.inputs[0]?.shape).toEqual([null, config.latentSize + recipe.classes]);
    expect(generator.outputs[0]?.shape).toEqual([null, 28, 28, 1]);
    expect(discriminator.inputs[0]?.shape).toEqual([null, 28, 28, 1]);
    expect(discriminator.outputs[0]?.shape).toEqual([null, 1]);
  });

  it('plays a first step of finite numbers that moves both networks', async () => {
    const gan = build(recipe, { batch: 2, engine: 'cpu', threads: 1 });
    const program = await loadHere(traceStep(gan));
    const before = await program.read();
    const results = await program.run(inputsOf(gan, madeUpDigits(8))(1));
    const after = await program.read();
    await program.dispose();
    for (const [name, [value]] of Object.entries(results)) expect(value, name).toSatisfy(Number.isFinite);
    const weights = [gan.generator, gan.discriminator].flatMap(({ trainableWeights }) => trainableWeights);
    for (const { originalName: name } of weights) {
      expect(after[name]!.every(Number.isFinite), name).toBe(true);
      // At first, hinge and relativistic losses have no slope by the last bias.
      if (name !== 'd_logit/bias') expect(after[name], name).not.toEqual(before[name]);
    }
  });
});

// Multiply-adds and parameters in millions, worked out by hand from the layers of the seeds' projects.
it.each([
  ['mlp', { g: [0.28, 0.28], d: [0.27, 0.27] }],
  ['mlp-deep', { g: [1.48, 1.49], d: [1.46, 1.46] }],
  ['upsample-cnn', { g: [69.77, 1.16], d: [1.92, 0.04] }],
  ['dcgan', { g: [101.53, 3.58], d: [11.34, 0.66] }],
  ['dcgan-64', { g: [7.69, 0.75], d: [0.4, 0.06] }],
])('%s has the layers of its source, by their work and size', (name, { g, d }) => {
  const { generator, discriminator } = build(findRecipe(name)!);
  const millions = ({ macs, parameters }: { macs: number; parameters: number }) =>
    [macs, parameters].map((n) => Math.round(n / 1e4) / 100);
  expect(millions(summariseNetwork(generator))).toEqual(g);
  expect(millions(summariseNetwork(discriminator))).toEqual(d);
});
