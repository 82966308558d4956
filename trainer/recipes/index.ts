import { conditional } from './conditional.ts';
import { dcgan64 } from './dcgan-64.ts';
import { mlp } from './mlp.ts';
import type { Recipe } from './recipe.ts';

/** Every recipe, the default first. */
export const recipes: readonly Recipe[] = [conditional, mlp, dcgan64];

export const defaultRecipe = conditional;

export const findRecipe = (name: string): Recipe | undefined =>
  recipes.find((recipe) => recipe.name === name);
