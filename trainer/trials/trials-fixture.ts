import { dcgan } from '../recipes/dcgan.ts';
import { mlp } from '../recipes/mlp.ts';
import { type Recipe, resolveConfig } from '../recipes/recipe.ts';
import type { Plan } from './plan.ts';
import type { Results, VariantConfig } from './results.ts';

export const plan: Plan = {
  about: 'Two nets.',
  seconds: [10, 20],
  tflop: [1, 50],
  seeds: [1, 2, 3],
  against: 'test',
  variants: { light: { recipe: 'mlp', changes: {} }, heavy: { recipe: 'dcgan', changes: {} } },
};

const configOf = (recipe: Recipe): VariantConfig => {
  const { seed: _, ...config } = resolveConfig(recipe).config;
  return config;
};
const row = { step: 1000, seconds: 10, tflop: 2, averaged: null };

export const results: Results = {
  seconds: [10, 20],
  tflop: [1, 50],
  against: 'test',
  device: 'A processor',
  floor: 0.05,
  variants: {
    light: { config: configOf(mlp), pace: { ms: 10, gflop: 2 } },
    heavy: { config: configOf(dcgan), pace: { ms: 100, gflop: 5 } },
  },
  rows: [
    { ...row, variant: 'light', seed: 1, raw: 1 },
    { ...row, variant: 'light', seed: 2, raw: 90 },
    { ...row, variant: 'light', seed: 3, raw: 2 },
    { ...row, variant: 'light', seed: 1, step: 2000, raw: 0.5, averaged: 0.25, recall: 0.75 },
    { ...row, variant: 'light', seed: 3, step: 2000, raw: 0.7 },
    { ...row, variant: 'light', seed: 1, step: 500, raw: 4 },
  ],
  faults: [{ variant: 'light', seed: 2, fault: 'the loss of D was NaN at step 1200' }],
};
