import { glorot } from '../gan/initializers.ts';
import { hinge } from '../gan/losses.ts';
import { assumed, type Recipe, source, tuned } from './recipe.ts';
import { smallDiscriminator, smallGenerator } from './small-nets.ts';

/** A DCGAN held steady by the norms of the discriminator's weights rather than by batch norm in it. */
export const snDcgan: Recipe = {
  name: 'sn-dcgan',
  title: 'Spectral normalisation',
  summary: 'A small DCGAN whose discriminator can stretch nothing by more than its layers are allowed to.',
  classes: 0,
  loss: hinge,

  overrides: {
    beta1: tuned(0, 'better digits after 100 s than with the .5 of Miyato et al. 2018'),
    beta2: tuned(0.99, "the default recipe's; compared together with β₁"),
    emaDecay: assumed(0.999, 'averaging over about an epoch takes out the oscillation of the game'),
    rateAtEnd: assumed(0.05, "the default recipe's"),
    outputActivation: source('tanh', 'as Miyato et al. 2018'),
  },

  networks(config) {
    return {
      generator: smallGenerator(config, { between: 'batch norm, ReLU', init: glorot }),
      discriminator: smallDiscriminator(config, { spectral: true, init: glorot }),
    };
  },
};
