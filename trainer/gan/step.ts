import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { Specs, Step } from '../compile/trace.ts';
import { type AdamGroup, adamUpdate, joinGradients } from './adam.ts';
import type { Gan } from './gan.ts';
import { judge, judgeBoth, judged, maskInput, maskShapes, passes } from './judge.ts';
import { iteratePowers } from './layers.ts';
import { gradientPenalty } from './penalty.ts';

/** What a step logs, each a scalar. */
export const stepResults = ['lossD', 'lossG', 'realScore', 'fakeScore', 'gradNormD', 'gradNormG'] as const;
export type StepResult = (typeof stepResults)[number];

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
    ...(gan.config.gradientPenalty > 0 ? { gamma: [] } : {}),
    ...(gan.averages.length > 0 ? { emaDecay: [] } : {}),
    ...Object.fromEntries(masks),
  };
}

/**
 * The adversarial game, one round: the discriminator learns to tell a batch of real digits from a batch of
 * fakes, then the generator learns to pass fresh fakes off as real, then its average follows.
 */
export function ganStep(gan: Gan): Step<string, StepResult> {
  const { generator, discriminator, recipe, groups, config, averages } = gan;
  const generate = (latent: tfjs.Tensor) => generator.apply(latent, { training: true }) as tfjs.Tensor;

  return (inputs) => {
    iteratePowers(discriminator);
    const real = judged(gan, inputs, 'real', inputs.real!);
    const fake = judged(gan, inputs, 'fakeD', generate(inputs.latentD!));
    const d = gradients(groups.discriminator, () => {
      const [realLogits, fakeLogits] = judgeBoth(gan, real, fake);
      const loss = tf.mul<tfjs.Scalar>(recipe.loss.discriminator(realLogits, fakeLogits), config.lossScaleD);
      const penalty = inputs.gamma && tf.mul<tfjs.Scalar>(inputs.gamma, gradientPenalty(gan, real, fake));
      return {
        loss,
        penalty,
        scores: { realScore: meanScore(realLogits), fakeScore: meanScore(fakeLogits) },
      };
    });
    update(gan, groups.discriminator, d.gradients, inputs.rateD!, inputs.damping!);

    const g = gradients(groups.generator, () => {
      const logits = judge(gan, judged(gan, inputs, 'fakeG', generate(inputs.latentG!)));
      return { loss: recipe.loss.generator(logits, () => judge(gan, real)), scores: {} };
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

/** How real the discriminator takes a batch to be: mean of σ(logit), from 0 to 1. */
const meanScore = (logits: tfjs.Tensor): tfjs.Scalar => tf.mean(tf.sigmoid(logits));

/** The gradients' joint Euclidean norm. */
const norm = (gradients: readonly tfjs.Tensor[]): tfjs.Scalar =>
  tf.tidy(() => tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g))))));

/** What one side plays for: it minimises its loss and the penalty, and logs its loss and the scores. */
interface Played {
  readonly loss: tfjs.Scalar;
  readonly penalty?: tfjs.Scalar | undefined;
  readonly scores: Readonly<Record<string, tfjs.Scalar>>;
}

/** The gradients by these groups of parameters, in their order, and what was computed beside them. */
function gradients(groups: readonly AdamGroup[], game: () => Played) {
  let played: Omit<Played, 'penalty'> | undefined;
  const { grads } = tf.variableGrads(
    () => {
      const { loss, penalty, scores } = game();
      played = { loss, scores };
      for (const logged of [loss, ...Object.values(scores)]) tf.keep(logged);
      return penalty ? tf.add(loss, penalty) : loss;
    },
    groups.flatMap((group) => group.parameters),
  );
  return {
    ...played!,
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
