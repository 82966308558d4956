import { nonSaturating } from '../gan/losses.ts';
import { glorot, seeded } from './layers.ts';
import { assumed, type Recipe, tuned } from './recipe.ts';
import { smallDiscriminator, smallGenerator } from './small-nets.ts';

const classes = 10;

/** The gallery's default: told which digit to write, small enough for minutes on two cores. */
export const conditional: Recipe = {
  name: 'conditional',
  title: 'Class-conditional',
  summary:
    'A small convolutional GAN that is told which digit to write; the discriminator judges by projection.',
  classes,
  loss: nonSaturating,

  settings: {
    epochs: assumed(10, 'about eight minutes on two cores'),
    batch: tuned(32, 'more updates in the same time than 64, and steadier than 16'),
    latentSize: tuned(32, 'better digits for the same time than 64, 128 and 16'),
    learningRateG: tuned(1e-3, 'learns sooner than at 5e-4, and as well by its fall to the end'),
    learningRateD: tuned(1e-3, "the generator's"),
    beta1: assumed(0, 'no momentum: it feeds the oscillation of the game (Mescheder et al. 2018)'),
    beta2: assumed(0.99, 'the second moment of a moving game must forget sooner than .999 does'),
    epsilon: assumed(1e-8, "Adam's default"),
    emaDecay: assumed(0.999, 'averaging over about an epoch takes out the oscillation that is left'),
    lossScaleD: assumed(1, 'the losses on real and fake digits are added'),
    gradientPenalty: tuned(1, 'more varied digits: recall .90 instead of .83 in a trial of one seed'),
    penaltyAtEnd: assumed(1, 'as strong at the end'),
    penaltyBatch: tuned(8, 'a quarter of the batch costs a fifth more time or so, all of it half more'),
    rateAtEnd: tuned(0.05, 'the last epochs settle what the first have found'),
    dropout: assumed(0, 'not needed for so short a run'),
    rotation: assumed(0, 'digits stand upright'),
    outputActivation: assumed('tanh', 'smooth at both ends of the range'),
    publishEvery: assumed(1, 'one grid an epoch'),
    modelEvery: assumed(1, 'the generator is .8 megabytes'),
    scoreEvery: assumed(1, 'a score takes a second or two, an epoch most of a minute'),
  },

  networks(config) {
    const init = seeded(config, glorot);
    return {
      generator: smallGenerator(config, { classes, between: 'batch norm, ReLU', init }),
      discriminator: smallDiscriminator(config, { classes, init }),
    };
  },
};
