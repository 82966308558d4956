import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import { findRecipe } from '../recipes/index.ts';
import { type Recipe, resolveConfig } from '../recipes/recipe.ts';

/** The nets that are timed, in the configuration that their recipes state. */
export const timedRecipes = ['dcgan-64', 'mlp'] as const;
export type TimedRecipe = (typeof timedRecipes)[number];

/**
 * What is timed, for its recipe's batch or another. Turning digits is the data's work, so it is left out; and what their
 * pixels are does not change the work, so they are a batch of noise.
 */
export function timedGame(
  name: TimedRecipe,
  batch?: number,
): { readonly recipe: Recipe; readonly config: Config; readonly digits: DigitSet } {
  const recipe = findRecipe(name)!;
  const { config } = resolveConfig(recipe, { rotation: 0, batch });
  const count = config.batch;
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 2654435761) >>> 24);
  return { recipe, config, digits: { images, labels: new Uint8Array(count), count } };
}
