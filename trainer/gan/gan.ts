import type * as tfjs from '@tensorflow/tfjs';
import type { Config } from '../config.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { tf } from '../tf.ts';
import { type AdamSlots, adamSlots } from './adam.ts';

/** A trainable weight with the running sums that Adam keeps for it. */
export interface Parameter {
  readonly name: string;
  readonly variable: tfjs.Variable;
  readonly slots: AdamSlots;
}

/** A recipe's networks, with every variable that its training step reads and writes. */
export interface Gan {
  readonly recipe: Recipe;
  readonly config: Config;
  readonly generator: tfjs.LayersModel;
  readonly discriminator: tfjs.LayersModel;
  readonly parameters: {
    readonly generator: readonly Parameter[];
    readonly discriminator: readonly Parameter[];
  };
  /** The generator's weights, moving statistics included, and their moving averages. Empty where EMA is off. */
  readonly averages: readonly {
    readonly name: string;
    readonly weight: tfjs.Variable;
    readonly average: tfjs.Variable;
  }[];
  /** The name of a variable in graphs, checkpoints and engines: the same in every process. */
  nameOf(variable: tfjs.Variable): string;
  dispose(): void;
}

/** The prefix of an averaged weight's name. */
export const averageOf = (weight: string) => `ema/${weight}`;

/** A weight's variable. tfjs-layers keeps it in a field that its types call protected. */
const variableOf = (weight: object): tfjs.Variable => (weight as unknown as { val: tfjs.Variable }).val;

/** A model's variables, moving statistics included, by the names that its exported weights have. */
export const variablesOf = (model: tfjs.LayersModel): Map<string, tfjs.Variable> =>
  new Map(model.weights.map((weight) => [weight.originalName, variableOf(weight)]));

/** Builds the networks of a recipe, with fresh weights that follow from the seed. */
export function buildGan(recipe: Recipe, config: Config): Gan {
  const { generator, discriminator } = recipe.networks(config);
  const names = new Map<tfjs.Variable, string>();
  const parametersOf = (model: tfjs.LayersModel) =>
    model.trainableWeights.map((weight): Parameter => {
      const variable = variableOf(weight);
      const slots = adamSlots(variable, config);
      names.set(slots.square, `adam/square/${weight.originalName}`);
      if (slots.mean) names.set(slots.mean, `adam/mean/${weight.originalName}`);
      return { name: weight.originalName, variable, slots };
    });
  const weights = [...generator.weights, ...discriminator.weights];
  for (const weight of weights) names.set(variableOf(weight), weight.originalName);
  const parameters = { generator: parametersOf(generator), discriminator: parametersOf(discriminator) };
  const averaged = config.emaDecay > 0 ? generator.weights : [];
  const averages = averaged.map((weight) => {
    const variable = variableOf(weight);
    const average = tf.variable(variable, false);
    names.set(average, averageOf(weight.originalName));
    return { name: weight.originalName, weight: variable, average };
  });
  return {
    recipe,
    config,
    generator,
    discriminator,
    parameters,
    averages,
    nameOf: (variable) => names.get(variable) ?? variable.name,
    dispose() {
      for (const variable of names.keys()) variable.dispose();
    },
  };
}
