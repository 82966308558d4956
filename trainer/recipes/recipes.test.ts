import { afterEach, describe, expect, it } from 'vitest';
import { loadHere } from '../compile/compiled-fixture.ts';
import { type ConfigField, configSchema, defaults } from '../config.ts';
import { InputError } from '../errors.ts';
import type { Gan } from '../gan/game.ts';
import { buildGan } from '../gan/gan.ts';
import { summariseNetwork } from '../gan/summary.ts';
import { inputsOf, madeUpDigits } from '../gan/toy-fixture.ts';
import { traceStep } from '../gan/training.ts';
import { dcgan64 } from './dcgan-64.ts';
import { findRecipe, recipes } from './index.ts';
import { type Overrides, type Recipe, resolveConfig } from './recipe.ts';

const built: Gan[] = [];
afterEach(() => built.splice(0).forEach((gan) => void gan.dispose()));
function build(recipe: Recipe, chosen: Overrides = {}): Gan {
  const gan = buildGan(recipe, resolveConfig(recipe, chosen).config);
  built.push(gan);
  return gan;
}

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('the recipe %s', (name, recipe) => {
  it('resolves to a whole configuration, and says for every field who says so', () => {
    const { config, origins } = resolveConfig(recipe);
    expect(configSchema.parse(config)).toEqual(config);
    expect(config.recipe).toBe(name);
    expect(Object.keys(origins).sort()).toEqual(Object.keys(configSchema.shape).sort());
    expect(Object.entries(origins).filter(([, origin]) => origin === 'chosen')).toEqual([
      ['recipe', 'chosen'],
    ]);
  });

  it('gives way to what the user chooses, in that alone', () => {
    const plain = resolveConfig(recipe);
    const { config, origins } = resolveConfig(recipe, { seed: 9, beta1: 0.25, rotation: undefined });
    expect(config).toEqual({ ...plain.config, seed: 9, beta1: 0.25 });
    expect(origins).toEqual({ ...plain.origins, seed: 'chosen', beta1: 'chosen' });
  });

  it('states only what differs from the defaults, in its value or in who says so', () => {
    for (const [field, { value, origin }] of Object.entries(recipe.overrides))
      expect([value, origin], field).not.toEqual([defaults[field as ConfigField], 'assumed']);
  });

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

it('is refused what it cannot have', () => {
  expect(() => resolveConfig(dcgan64, { dropout: 0.5 })).toThrow(InputError);
  expect(() => resolveConfig(dcgan64, { dropout: 0.5 })).toThrow(
    /^dcgan-64: its discriminator has no dropout/,
  );
});

// Multiply-adds and parameters in millions, worked out by hand from the layers of the public projects.
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
