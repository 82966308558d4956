import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../tf.ts';

/** The two sides of the game as functions of logits, shape [batch, 1]; both return a scalar to minimise. */
export interface AdversarialLoss {
  discriminator(real: tfjs.Tensor, fake: tfjs.Tensor): tfjs.Scalar;
  generator(fake: tfjs.Tensor): tfjs.Scalar;
}

/**
 * The non-saturating logistic loss (Goodfellow et al. 2014, section 3): binary cross-entropy on logits, with
 * the generator maximising log D(G(z)). −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(x).
 */
export const nonSaturating: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(fake))),
  generator: (fake) => tf.mean(tf.softplus(tf.neg(fake))),
};
