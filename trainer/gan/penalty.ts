import type * as tfjs from '@tensorflow/tfjs';
import { InputError } from '../errors.ts';
import { tf } from '../tf.ts';
import type { Gan } from './gan.ts';
import { judge, mixesDigits } from './judge.ts';

/** How many digits of a batch the gradient penalty looks at. */
const penalised = ({ batch, penaltyBatch }: Gan['config']): number => penaltyBatch || batch;

/**
 * R1 (Mescheder et al. 2018, equation 9) without its weight: ½ E‖∇ₓD(x)‖², where the gradient is that of a
 * logit by the pixels of its own image. Differentiable by the discriminator's weights.
 *
 * @param given images [batch, 28, 28, 1] and what else the discriminator is given; the first `penaltyBatch`
 *   of them are looked at. A batch is a random one, so the mean of this penalty is that over whole batches.
 */
export function gradientPenalty(gan: Gan, given: readonly tfjs.Tensor[]): tfjs.Scalar {
  const count = penalised(gan.config);
  const [images, ...others] = given.map((tensor) => firstOf(tensor, count));
  // A digit's logit depends on its own pixels alone, so the gradient of the sum has each digit's in its row.
  const slopes = tf.grad((x: tfjs.Tensor) => tf.sum(judge(gan, [x, ...others])))(images!);
  return tf.mul<tfjs.Scalar>(tf.sum(tf.square(slopes)), 0.5 / count);
}

const firstOf = (tensor: tfjs.Tensor, count: number): tfjs.Tensor =>
  tensor.shape[0] === count ? tensor : tf.slice(tensor, 0, count);

/** @throws InputError for a penalty that the discriminator or the batch does not allow */
export function checkPenalty(gan: Pick<Gan, 'recipe' | 'config' | 'discriminator'>): void {
  const { recipe, config } = gan;
  if (config.gradientPenalty === 0) return;
  if (mixesDigits(gan))
    throw new InputError(
      `${recipe.name}: its discriminator has batch norm, through which a digit's gradient depends on the others of its batch, so --gradient-penalty ${config.gradientPenalty} can't be; leave it at 0.`,
    );
  if (config.penaltyBatch > config.batch)
    throw new InputError(
      `${recipe.name}: --penalty-batch ${config.penaltyBatch} is more than there are in a batch; give ${config.batch} at most, or 0 for all.`,
    );
}
