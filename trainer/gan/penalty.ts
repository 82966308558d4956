import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { InputError } from '../errors.ts';
import type { Gan } from './game.ts';
import { judge, mixesDigits, together } from './judge.ts';

/**
 * R1 (Mescheder et al. 2018, equation 9) without its weight: ½ E‖∇ₓD(x)‖² over real digits, where the gradient
 * is that of a logit by the pixels of its own image; R2 (equation 10), the same over fakes, is added where the
 * recipe's penalty is 'r1+r2'. Differentiable by the discriminator's weights.
 *
 * @param real images [batch, 28, 28, 1] and what else the discriminator is given with them; `penaltyBatch` says
 *   how many it looks at, the first ones. A batch is a random one, so in the mean they are as good as all.
 * @param fake the same of the fakes
 */
export function gradientPenalty(
  gan: Gan,
  real: readonly tfjs.Tensor[],
  fake: readonly tfjs.Tensor[],
): tfjs.Scalar {
  const { batch, penaltyBatch } = gan.config;
  const count = Math.min(penaltyBatch || batch, batch);
  const first = (given: readonly tfjs.Tensor[]) =>
    count === batch ? given : given.map((tensor) => tf.slice(tensor, 0, count));
  const both = gan.recipe.penalty === 'r1+r2';
  const [images, ...others] = both ? together(first(real), first(fake)) : first(real);
  // A digit's logit depends on its own pixels alone, so the gradient of the sum has each digit's in its row.
  const slopes = tf.grad((x: tfjs.Tensor) => tf.sum(judge(gan, [x, ...others])))(images!);
  return tf.mul<tfjs.Scalar>(tf.sum(tf.square(slopes)), 0.5 / count);
}

/** @throws InputError for a penalty on a discriminator that does not allow one */
export function checkPenalty(gan: Pick<Gan, 'recipe' | 'config' | 'discriminator'>): void {
  const { recipe, config } = gan;
  if (config.gradientPenalty === 0 || !mixesDigits(gan)) return;
  throw new InputError(
    `${recipe.name}: its discriminator has batch norm, through which a digit's gradient depends on the others of its batch, so --gradient-penalty ${config.gradientPenalty} can't be; leave it at 0.`,
  );
}
