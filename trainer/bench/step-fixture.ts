import type { DigitSet } from '../data/digits.ts';
import { buildGan, type Gan } from '../gan/gan.ts';
import { findRecipe } from '../recipes/index.ts';
import { resolveConfig } from '../recipes/recipe.ts';

/** The nets that are timed, in the configuration that their recipes state. */
export const timedRecipes = ['dcgan-64', 'mlp'] as const;
export type TimedRecipe = (typeof timedRecipes)[number];

/** Builds one, for its recipe's batch or another. Turning digits is the data's work, done beside the step, so it is left out. */
export function timedGan(name: TimedRecipe, batch?: number): Gan {
  const recipe = findRecipe(name)!;
  return buildGan(recipe, resolveConfig(recipe, { rotation: 0, batch }).config);
}

/** A batch of noise in the place of digits: what the pixels are does not change the work. */
export function noiseDigits(count: number): DigitSet {
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 2654435761) >>> 24);
  return { images, labels: new Uint8Array(count), count };
}
