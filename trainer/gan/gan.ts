import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { Config } from '../config.ts';
import { type AdamGroup, adamGroups } from './adam.ts';
import type { Game } from './game.ts';
import { checkPenalty } from './penalty.ts';

/** A recipe's networks, with every variable that its training step reads and writes. */
export interface Gan {
  readonly recipe: Game;
  readonly config: Config;
  readonly generator: tfjs.LayersModel;
  readonly discriminator: tfjs.LayersModel;
  /** Each network's trainable weights, in the groups in which Adam updates them. */
  readonly groups: { readonly generator: readonly AdamGroup[]; readonly discriminator: readonly AdamGroup[] };
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

/**
 * Builds the networks of a recipe, with fresh weights that follow from the seed.
 *
 * @throws InputError for a penalty that the discriminator does not allow
 */
export function buildGan(recipe: Game, config: Config): Gan {
  const { generator, discriminator } = recipe.networks(config);
  checkPenalty({ recipe, config, discriminator });
  const names = new Map<tfjs.Variable, string>();
  for (const weight of [...generator.weights, ...discriminator.weights])
    names.set(variableOf(weight), weight.originalName);
  const groupsOf = (network: string, model: tfjs.LayersModel) =>
    adamGroups(model.trainableWeights.map(variableOf), config).map((group) => {
      const [first, ...others] = group.parameters;
      const name = others.length > 0 ? `${network}/small` : names.get(first!)!;
      names.set(group.square, `adam/square/${name}`);
      if (group.mean) names.set(group.mean, `adam/mean/${name}`);
      return group;
    });
  const groups = {
    generator: groupsOf('generator', generator),
    discriminator: groupsOf('discriminator', discriminator),
  };
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
    groups,
    averages,
    nameOf: (variable) => names.get(variable) ?? variable.name,
    dispose() {
      for (const variable of names.keys()) variable.dispose();
    },
  };
}
