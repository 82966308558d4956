import { defaults } from '../config.ts';
import { conditional } from './conditional.ts';
import { dcgan } from './dcgan.ts';
import { dcgan64 } from './dcgan-64.ts';
import { mlp } from './mlp.ts';
import { mlpDeep } from './mlp-deep.ts';
import { r3 } from './r3.ts';
import type { Recipe } from './recipe.ts';
import { snDcgan } from './sn-dcgan.ts';
import { upsampleCnn } from './upsample-cnn.ts';

/** Every recipe, the default first. */
export const recipes: readonly Recipe[] = [
  conditional,
  snDcgan,
  r3,
  mlp,
  mlpDeep,
  upsampleCnn,
  dcgan,
  dcgan64,
];

export const findRecipe = (name: string): Recipe | undefined =>
  recipes.find((recipe) => recipe.name === name);

export const defaultRecipe = findRecipe(defaults.recipe)!;
