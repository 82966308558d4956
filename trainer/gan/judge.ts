import type * as tfjs from '@tensorflow/tfjs';
import type { Shape } from '../compile/graph.ts';
import { tf } from '../compile/tf.ts';
import type { StepInputs } from '../compile/trace.ts';
import type { Gan } from './game.ts';

/** The three times that a step shows the discriminator a batch; each has its own dropout masks. */
export const passes = ['real', 'fakeD', 'fakeG'] as const;
export type Pass = (typeof passes)[number];

/** The name of the input that holds a pass's mask of one dropout layer. */
export const maskInput = (pass: Pass, layer: number) => `mask.${pass}.${layer}`;

/** The shapes of the discriminator's dropout masks for a batch. */
export const maskShapes = ({ discriminator, recipe, config }: Gan): Shape[] =>
  discriminator.inputs
    .slice(recipe.classes > 0 ? 2 : 1)
    .map((input) => [config.batch, ...(input.shape.slice(1) as number[])]);

/** What the discriminator is given in a pass: images [batch, 28, 28, 1], their classes, its dropout masks. */
export function judged(gan: Gan, inputs: StepInputs, pass: Pass, images: tfjs.Tensor): tfjs.Tensor[] {
  const classes =
    pass === 'real' ? inputs.labels : classOf(gan, pass === 'fakeD' ? inputs.latentD! : inputs.latentG!);
  const masks = maskShapes(gan).map((_, layer) => inputs[maskInput(pass, layer)]!);
  return [images, ...(classes ? [classes] : []), ...masks];
}

/** Logits [n, 1] of n images, with what else the discriminator is given for each. */
export const judge = ({ discriminator }: Gan, given: readonly tfjs.Tensor[]): tfjs.Tensor =>
  discriminator.apply(given.length === 1 ? given[0]! : [...given], { training: true }) as tfjs.Tensor;

/** Two batches as one. */
export const together = (a: readonly tfjs.Tensor[], b: readonly tfjs.Tensor[]): tfjs.Tensor[] =>
  a.map((tensor, i) => tf.concat([tensor, b[i]!], 0));

/**
 * Whether a digit's logit depends on the other digits of its batch: batch norm normalises each by all of them.
 */
export const mixesDigits = ({ discriminator }: Pick<Gan, 'discriminator'>): boolean =>
  discriminator.layers.some((layer) => layer.getClassName() === 'BatchNormalization');

/**
 * Logits of the real digits and of the fakes. One pass over both is quicker than two; but batch norm would
 * mix their statistics, so a discriminator that has it sees them apart (Radford et al. 2016, as commonly done).
 */
export function judgeBoth(
  gan: Gan,
  real: readonly tfjs.Tensor[],
  fake: readonly tfjs.Tensor[],
): [tfjs.Tensor, tfjs.Tensor] {
  if (mixesDigits(gan)) return [judge(gan, real), judge(gan, fake)];
  const logits = judge(gan, together(real, fake));
  const { batch } = gan.config;
  return [tf.slice(logits, [0, 0], [batch, 1]), tf.slice(logits, [batch, 0], [batch, 1])];
}

/** The one-hot class that follows a latent vector: [batch, latentSize + classes] → [batch, classes]. */
function classOf({ recipe, config }: Gan, latents: tfjs.Tensor): tfjs.Tensor | undefined {
  if (recipe.classes === 0) return undefined;
  return tf.slice(latents, [0, config.latentSize], [config.batch, recipe.classes]);
}
