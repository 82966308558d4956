import type * as tfjs from '@tensorflow/tfjs';
import type { Shape } from '../compile/graph.ts';
import type { Specs, Step, StepInputs } from '../compile/trace.ts';
import { tf } from '../tf.ts';
import { type AdamGroup, adamUpdate, joinGradients } from './adam.ts';
import type { Gan } from './gan.ts';

/** The three times that a step shows the discriminator a batch; each has its own dropout masks. */
export const passes = ['real', 'fakeD', 'fakeG'] as const;
export type Pass = (typeof passes)[number];

/** What a step logs, each a scalar. */
export const stepResults = ['lossD', 'lossG', 'realScore', 'fakeScore', 'gradNormD', 'gradNormG'] as const;
export type StepResult = (typeof stepResults)[number];

/** The name of the input that holds a pass's mask of one dropout layer. */
export const maskInput = (pass: Pass, layer: number) => `mask.${pass}.${layer}`;

/** The shapes of the discriminator's dropout masks for a batch. */
export const maskShapes = ({ discriminator, recipe, config }: Gan): Shape[] =>
  discriminator.inputs
    .slice(recipe.classes > 0 ? 2 : 1)
    .map((input) => [config.batch, ...(input.shape.slice(1) as number[])]);

/** The shapes of a step's inputs. Everything random, and every number that changes from step to step, is one. */
export function stepSpecs(gan: Gan): Specs {
  const { batch, latentSize } = gan.config;
  const { classes } = gan.recipe;
  const masks = passes.flatMap((pass) =>
    maskShapes(gan).map((shape, layer) => [maskInput(pass, layer), shape] as const),
  );
  return {
    real: [batch, 28, 28, 1],
    latentD: [batch, latentSize + classes],
    latentG: [batch, latentSize + classes],
    // The classes of the real digits; the fakes' classes are the tail of their latents.
    ...(classes > 0 ? { labels: [batch, classes] } : {}),
    rateD: [],
    rateG: [],
    damping: [],
    ...(gan.averages.length > 0 ? { emaDecay: [] } : {}),
    ...Object.fromEntries(masks),
  };
}

/**
 * The adversarial game, one round: the discriminator learns to tell a batch of real digits from a batch of
 * fakes, then the generator learns to pass fresh fakes off as real, then its average follows.
 */
export function ganStep(gan: Gan): Step<string, StepResult> {
  const { generator, recipe, groups, config, averages } = gan;
  const generate = (latent: tfjs.Tensor) => generator.apply(latent, { training: true }) as tfjs.Tensor;

  return (inputs) => {
    const fake = generate(inputs.latentD!);
    const d = gradients(groups.discriminator, () => {
      const [realLogits, fakeLogits] = judgeBoth(gan, inputs, fake);
      const loss = tf.mul<tfjs.Scalar>(recipe.loss.discriminator(realLogits, fakeLogits), config.lossScaleD);
      return { loss, scores: { realScore: meanScore(realLogits), fakeScore: meanScore(fakeLogits) } };
    });
    update(gan, groups.discriminator, d.gradients, inputs.rateD!, inputs.damping!);

    const g = gradients(groups.generator, () => {
      const logits = judge(gan, judged(gan, inputs, 'fakeG', generate(inputs.latentG!)));
      return { loss: recipe.loss.generator(logits), scores: {} };
    });
    update(gan, groups.generator, g.gradients, inputs.rateG!, inputs.damping!);

    for (const { weight, average } of averages)
      average.assign(tf.add(weight, tf.mul(tf.sub(average, weight), inputs.emaDecay!)));

    return {
      lossD: d.loss,
      lossG: g.loss,
      realScore: d.scores.realScore!,
      fakeScore: d.scores.fakeScore!,
      gradNormD: norm(d.gradients),
      gradNormG: norm(g.gradients),
    };
  };
}

/** What the discriminator is given in a pass: images [batch, 28, 28, 1], their classes, its dropout masks. */
function judged(gan: Gan, inputs: StepInputs, pass: Pass, images: tfjs.Tensor): tfjs.Tensor[] {
  const classes =
    pass === 'real' ? inputs.labels : classOf(gan, pass === 'fakeD' ? inputs.latentD! : inputs.latentG!);
  const masks = maskShapes(gan).map((_, layer) => inputs[maskInput(pass, layer)]!);
  return [images, ...(classes ? [classes] : []), ...masks];
}

/** Logits [batch, 1]. */
const judge = ({ discriminator }: Gan, given: tfjs.Tensor[]): tfjs.Tensor =>
  discriminator.apply(given.length === 1 ? given[0]! : given, { training: true }) as tfjs.Tensor;

/**
 * Logits of the real digits and of the fakes. One pass over both is quicker than two; but batch norm would
 * mix their statistics, so a discriminator that has it sees them apart (Radford et al. 2016, as commonly done).
 */
function judgeBoth(gan: Gan, inputs: StepInputs, fake: tfjs.Tensor): [tfjs.Tensor, tfjs.Tensor] {
  const [real, fakes] = [judged(gan, inputs, 'real', inputs.real!), judged(gan, inputs, 'fakeD', fake)];
  const apart = gan.discriminator.layers.some((layer) => layer.getClassName() === 'BatchNormalization');
  if (apart) return [judge(gan, real), judge(gan, fakes)];
  const logits = judge(
    gan,
    real.map((tensor, i) => tf.concat([tensor, fakes[i]!], 0)),
  );
  const { batch } = gan.config;
  return [tf.slice(logits, [0, 0], [batch, 1]), tf.slice(logits, [batch, 0], [batch, 1])];
}

/** The one-hot class that follows a latent vector: [batch, latentSize + classes] → [batch, classes]. */
function classOf({ recipe, config }: Gan, latents: tfjs.Tensor): tfjs.Tensor | undefined {
  if (recipe.classes === 0) return undefined;
  return tf.slice(latents, [0, config.latentSize], [config.batch, recipe.classes]);
}

/** How real the discriminator takes a batch to be: mean of σ(logit), from 0 to 1. */
const meanScore = (logits: tfjs.Tensor): tfjs.Scalar => tf.mean(tf.sigmoid(logits));

/** The gradients' joint Euclidean norm. */
const norm = (gradients: readonly tfjs.Tensor[]): tfjs.Scalar =>
  tf.tidy(() => tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g))))));

/** A loss's gradients by these groups of parameters, in their order, and what was computed beside the loss. */
function gradients(
  groups: readonly AdamGroup[],
  game: () => { readonly loss: tfjs.Scalar; readonly scores: Readonly<Record<string, tfjs.Scalar>> },
) {
  let scores: Readonly<Record<string, tfjs.Scalar>> = {};
  const { value, grads } = tf.variableGrads(
    () => {
      const played = game();
      scores = played.scores;
      for (const score of Object.values(scores)) tf.keep(score);
      return played.loss;
    },
    groups.flatMap((group) => group.parameters),
  );
  return {
    loss: value,
    scores,
    gradients: groups.map((group) => joinGradients(group, (parameter) => grads[parameter.name]!)),
  };
}

function update(
  { config }: Gan,
  groups: readonly AdamGroup[],
  gradients: readonly tfjs.Tensor[],
  rate: tfjs.Tensor,
  damping: tfjs.Tensor,
): void {
  groups.forEach((group, i) => {
    adamUpdate(group, gradients[i]!, config, { rate, damping });
  });
}
