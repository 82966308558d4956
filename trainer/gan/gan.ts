import type * as tfjs from '@tensorflow/tfjs';
import type { Config } from '../config.ts';
import type { FirstValues } from '../plan/plan.ts';
import type { Game } from './game.ts';
import { initialise } from './initializers.ts';
import { checkPenalty } from './penalty.ts';
import { type Trainable, trainable } from './trainable.ts';

/** A recipe's networks, with every variable that its training step reads and writes. */
export interface Gan {
  readonly recipe: Game;
  readonly config: Config;
  readonly generator: tfjs.LayersModel;
  readonly discriminator: tfjs.LayersModel;
  readonly trained: { readonly generator: Trainable; readonly discriminator: Trainable };
  /** What each weight begins with. */
  readonly first: ReadonlyMap<tfjs.Variable, FirstValues>;
  /** The name of a variable in graphs, checkpoints and engines: the same in every process. */
  nameOf(variable: tfjs.Variable): string;
  dispose(): void;
}

/**
 * Builds the networks of a recipe, with fresh weights that follow from the seed.
 *
 * @throws InputError for a penalty that the discriminator does not allow
 */
export function buildGan(recipe: Game, config: Config): Gan {
  const { generator, discriminator } = recipe.networks(config);
  checkPenalty({ recipe, config, discriminator });
  const first = initialise([generator, discriminator], config.seed);
  const { beta1, beta2, epsilon } = config;
  const adam = { beta1, beta2, epsilon };
  const trained = {
    generator: trainable(generator, { network: 'generator', adam, averaged: config.emaDecay > 0 }),
    discriminator: trainable(discriminator, { network: 'discriminator', adam, averaged: false }),
  };
  const names = new Map([...trained.generator.names, ...trained.discriminator.names]);
  return {
    recipe,
    config,
    generator,
    discriminator,
    trained,
    first,
    nameOf: (variable) => names.get(variable) ?? variable.name,
    dispose() {
      for (const variable of names.keys()) variable.dispose();
    },
  };
}
