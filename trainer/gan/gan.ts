import type { Config } from '../config.ts';
import type { Game, Gan } from './game.ts';
import { initialise } from './initializers.ts';
import { checkPenalty } from './penalty.ts';
import { trainable } from './trainable.ts';

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
