import { he, normal02 } from '../gan/initializers.ts';
import { relativistic } from '../gan/losses.ts';
import { assumed, type Recipe, source, tuned } from './recipe.ts';
import { smallDiscriminator, smallGenerator } from './small-nets.ts';

/** The game of a modern baseline: no normalisation anywhere, the loss and two penalties keep it steady. */
export const r3: Recipe = {
  name: 'r3',
  title: 'Relativistic, two penalties',
  summary: 'No normalisation: digits are judged in pairs, and the discriminator is kept flat at both ends.',
  classes: 0,
  loss: relativistic,
  penalty: 'r1+r2',

  overrides: {
    beta1: source(0, 'as Huang et al. 2024: no momentum'),
    emaDecay: assumed(0.9956, 'a half-life of 156 steps: 5,000 digits'),
    lossScaleD: source(1, 'as Huang et al. 2024'),
    gradientPenalty: assumed(1, 'to be fitted to the pixels and networks of each data set'),
    penaltyAtEnd: source(0.1, 'Huang et al. 2024 let it fall about tenfold'),
    penaltyBatch: tuned(8, 'better digits after 100 s than with every digit, as Huang et al. 2024 have it'),
    rateAtEnd: assumed(0.05, "the default recipe's, where Huang et al. 2024 end at a quarter"),
  },

  networks(config) {
    return {
      // Small at the end, so that the first digits are a soft grey and not noise at full contrast.
      generator: smallGenerator(config, { between: 'leaky ReLU', init: he, lastInit: normal02 }),
      discriminator: smallDiscriminator(config, { init: he }),
    };
  },
};
