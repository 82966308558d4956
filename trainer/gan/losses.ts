import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';

/** The two sides of the game as functions of logits, shape [batch, 1]; both return a scalar to minimise. */
export interface AdversarialLoss {
  discriminator(real: tfjs.Tensor, fake: tfjs.Tensor): tfjs.Scalar;
  /** @param real judges the real digits of the step, for a loss that wants their logits too */
  generator(fake: tfjs.Tensor, real: () => tfjs.Tensor): tfjs.Scalar;
}

const meanSoftplus = (x: tfjs.Tensor): tfjs.Scalar => tf.mean(tf.softplus(x));
const meanRelu = (x: tfjs.Tensor): tfjs.Scalar => tf.mean(tf.relu(x));

/**
 * The non-saturating logistic loss (Goodfellow et al. 2014, section 3): binary cross-entropy on logits, with
 * the generator maximising log D(G(z)). −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(x).
 */
export const nonSaturating: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(meanSoftplus(tf.neg(real)), meanSoftplus(fake)),
  generator: (fake) => meanSoftplus(tf.neg(fake)),
};

/**
 * The hinge loss (Lim & Ye 2017; Miyato et al. 2018, equations 16 and 17): the discriminator learns from real
 * digits below 1 and fakes above −1 only, the generator raises its logits without end.
 */
export const hinge: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(meanRelu(tf.sub(1, real)), meanRelu(tf.add(1, fake))),
  generator: (fake) => tf.neg(tf.mean(fake)),
};

/**
 * The relativistic pairing loss (Jolicoeur-Martineau 2019; Huang et al. 2024, equation 2): each real digit is to
 * be judged above the fake that it is paired with, or below it if the generator has its way. Only differences
 * of logits count, so all of them may rise or fall together.
 */
export const relativistic: AdversarialLoss = {
  discriminator: (real, fake) => meanSoftplus(tf.sub(fake, real)),
  generator: (fake, real) => meanSoftplus(tf.sub(real(), fake)),
};
