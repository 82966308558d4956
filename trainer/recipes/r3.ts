import { relativistic } from '../gan/losses.ts';
import { he, normal02, seeded } from './layers.ts';
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

  settings: {
    epochs: assumed(10, 'about ten minutes on two cores'),
    batch: assumed(32, "the default recipe's, so that the two compare"),
    latentSize: assumed(32, "the default recipe's, so that the two compare"),
    learningRateG: assumed(1e-3, "the default recipe's: five times that of Huang et al. 2024, for few steps"),
    learningRateD: assumed(1e-3, "the default recipe's: five times that of Huang et al. 2024, for few steps"),
    beta1: source(0, 'as Huang et al. 2024: no momentum'),
    beta2: assumed(0.99, 'Huang et al. 2024 let it grow from .9 to .99'),
    epsilon: assumed(1e-8, "Adam's default"),
    emaDecay: assumed(0.9956, 'a half-life of 156 steps: 5,000 digits'),
    lossScaleD: source(1, 'as Huang et al. 2024'),
    gradientPenalty: assumed(1, 'to be fitted to the pixels and networks of each data set'),
    penaltyAtEnd: source(0.1, 'Huang et al. 2024 let it fall about tenfold'),
    penaltyBatch: tuned(8, 'better digits after 100 s than with every digit, as Huang et al. 2024 have it'),
    rateAtEnd: assumed(0.05, "the default recipe's, where Huang et al. 2024 end at a quarter"),
    dropout: assumed(0, 'the penalties hold the discriminator back'),
    rotation: assumed(0, 'digits stand upright'),
    outputActivation: assumed('tanh', 'smooth at both ends of the range'),
    publishEvery: assumed(1, 'one grid an epoch'),
    modelEvery: assumed(1, 'the generator is .6 megabytes'),
    scoreEvery: assumed(1, 'a score takes a second, an epoch most of a minute'),
  },

  networks(config) {
    const init = seeded(config, (seed, draw: typeof he | typeof normal02 = he) => draw(seed));
    // Small, so that the first digits are a soft grey and not noise at full contrast.
    const lastInit = () => init(normal02);
    return {
      generator: smallGenerator(config, { between: 'leaky ReLU', init, lastInit }),
      discriminator: smallDiscriminator(config, { init }),
    };
  },
};
