import { describe, expect, it } from 'vitest';
import { configSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import { dcgan64 } from './dcgan-64.ts';
import { recipes } from './index.ts';
import { resolveConfig } from './recipe.ts';

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
  'the settings of %s',
  (name, recipe) => {
    it('are a whole configuration, and say for every field who says so', () => {
      const { config, origins } = resolveConfig(recipe);
      expect(configSchema.parse(config)).toEqual(config);
      expect(config.recipe).toBe(name);
      expect(Object.keys(origins).sort()).toEqual(Object.keys(configSchema.shape).sort());
      expect(Object.entries(origins).filter(([, origin]) => origin === 'chosen')).toEqual([
        ['recipe', 'chosen'],
      ]);
    });

    it('give way to what the user chooses, the others staying', () => {
      const plain = resolveConfig(recipe);
      const { config, origins } = resolveConfig(recipe, { seed: 9, beta1: 0.25, rotation: undefined });
      expect(config).toEqual({ ...plain.config, seed: 9, beta1: 0.25 });
      expect(origins).toEqual({ ...plain.origins, seed: 'chosen', beta1: 'chosen' });
    });
  },
);

describe('settings', () => {
  it('that a recipe cannot have are refused', () => {
    expect(() => resolveConfig(dcgan64, { dropout: 0.5 })).toThrow(InputError);
    expect(() => resolveConfig(dcgan64, { dropout: 0.5 })).toThrow(
      /^dcgan-64: its discriminator has no dropout/,
    );
  });
});
