import { hinge } from '../gan/losses.ts';
import { glorot, seeded } from './layers.ts';
import { assumed, type Recipe, source, tuned } from './recipe.ts';
import { smallDiscriminator, smallGenerator } from './small-nets.ts';

/** A DCGAN held steady by the norms of the discriminator's weights rather than by batch norm in it. */
export const snDcgan: Recipe = {
  name: 'sn-dcgan',
  title: 'Spectral normalisation',
  summary: 'A small DCGAN whose discriminator can stretch nothing by more than its layers are allowed to.',
  classes: 0,
  loss: hinge,

  settings: {
    epochs: assumed(10, 'about ten minutes on two cores'),
    batch: assumed(32, "the default recipe's, so that the two compare"),
    latentSize: assumed(32, "the default recipe's, so that the two compare"),
    learningRateG: assumed(
      1e-3,
      "the default recipe's: five times that of Miyato et al. 2018, for few steps",
    ),
    learningRateD: assumed(
      1e-3,
      "the default recipe's: five times that of Miyato et al. 2018, for few steps",
    ),
    beta1: tuned(0, 'better digits after 100 s than with the .5 of Miyato et al. 2018'),
    beta2: tuned(0.99, "the default recipe's; compared together with β₁"),
    epsilon: assumed(1e-8, "Adam's default"),
    emaDecay: assumed(0.999, 'averaging over about an epoch takes out the oscillation of the game'),
    lossScaleD: assumed(1, 'the losses on real and fake digits are added'),
    gradientPenalty: assumed(0, 'spectral normalisation stands in its place'),
    penaltyAtEnd: assumed(1, 'there is no penalty'),
    penaltyBatch: assumed(0, 'there is no penalty'),
    rateAtEnd: assumed(0.05, "the default recipe's"),
    dropout: assumed(0, 'one way of holding the discriminator back is enough'),
    rotation: assumed(0, 'digits stand upright'),
    outputActivation: source('tanh', 'as Miyato et al. 2018'),
    publishEvery: assumed(1, 'one grid an epoch'),
    modelEvery: assumed(1, 'the generator is .7 megabytes'),
    scoreEvery: assumed(1, 'a score takes a second, an epoch half a minute'),
  },

  networks(config) {
    const init = seeded(config, glorot);
    return {
      generator: smallGenerator(config, { between: 'batch norm, ReLU', init }),
      discriminator: smallDiscriminator(config, { spectral: true, init }),
    };
  },
};
