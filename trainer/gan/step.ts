import type * as tfjs from '@tensorflow/tfjs';
import { type StepColumn, stepColumns } from '../artifacts/columns.ts';
import { tf } from '../compile/tf.ts';
import type { Step } from '../compile/trace.ts';
import { outputRange } from '../export/pixels.ts';
import type { InputRule, InputRules } from '../plan/plan.ts';
import type { Gan } from './game.ts';
import { judge, judgeBoth, judged, maskInput, maskShapes, passes } from './judge.ts';
import { iteratePowers } from './layers.ts';
import { gradientPenalty } from './penalty.ts';
import { gradientsOf, moveAverages, update } from './trainable.ts';

/** What a step logs, each a scalar. */
export const stepResults = stepColumns;
export type StepResult = StepColumn;

/** A step's inputs: their shapes, and what feeds them. Everything random, and every number that changes from step to step, is one. */
export function inputRules(gan: Gan): InputRules {
  const { config, recipe, trained } = gan;
  const { batch, latentSize, rotation } = config;
  const { classes } = recipe;
  const { adam } = trained.generator;
  const range = outputRange(config.outputActivation);
  const schedule = { curve: 'cosine' as const, atEnd: config.rateAtEnd };
  const fakes = { feed: 'latents' as const, shape: [batch, latentSize + classes], classes };
  const rules: Record<string, InputRule> = {
    real: { feed: 'digits', shape: [batch, 28, 28, 1], range, rotation, shift: 0 },
    // The discriminator is shown fakes of the classes that it is shown as real; the generator draws any.
    latentD: { ...fakes, purpose: 'latentD', told: 'shown' },
    latentG: { ...fakes, purpose: 'latentG', told: 'drawn' },
    rateD: { feed: 'rate', shape: [], rate: config.learningRateD, schedule, adam },
    rateG: { feed: 'rate', shape: [], rate: config.learningRateG, schedule, adam },
    damping: { feed: 'damping', shape: [], adam },
  };
  // The classes of the real digits; the fakes' classes are the tail of their latents.
  if (classes > 0) rules.labels = { feed: 'labels', shape: [batch, classes] };
  if (config.gradientPenalty > 0) {
    const falling = { curve: 'cosine' as const, atEnd: config.penaltyAtEnd };
    rules.gamma = { feed: 'number', shape: [], value: config.gradientPenalty, schedule: falling };
  }
  if (config.emaDecay > 0) rules.emaDecay = { feed: 'emaDecay', shape: [], decay: config.emaDecay };
  const masks = maskShapes(gan);
  for (const [p, pass] of passes.entries())
    for (const [layer, shape] of masks.entries()) {
      const index = p * masks.length + layer;
      rules[maskInput(pass, layer)] = { feed: 'mask', shape: [...shape], index, rate: config.dropout };
    }
  return rules;
}

/**
 * The adversarial game, one round: the discriminator learns to tell a batch of real digits from a batch of
 * fakes, then the generator learns to pass fresh fakes off as real, then its average follows.
 */
export function ganStep(gan: Gan): Step<string, StepResult> {
  const { generator, discriminator, recipe, trained, config } = gan;
  const generate = (latent: tfjs.Tensor) => generator.apply(latent, { training: true }) as tfjs.Tensor;

  return (inputs) => {
    const { rateD, rateG, damping, gamma } = inputs;
    iteratePowers(discriminator);
    const real = judged(gan, inputs, 'real', inputs.real!);
    const fake = judged(gan, inputs, 'fakeD', generate(inputs.latentD!));
    const d = gradientsOf(trained.discriminator, () => {
      const [realLogits, fakeLogits] = judgeBoth(gan, real, fake);
      const loss = tf.mul<tfjs.Scalar>(recipe.loss.discriminator(realLogits, fakeLogits), config.lossScaleD);
      const penalty = gamma && tf.mul<tfjs.Scalar>(gamma, gradientPenalty(gan, real, fake));
      return {
        loss,
        penalty,
        scores: { realScore: meanScore(realLogits), fakeScore: meanScore(fakeLogits) },
      };
    });
    update(trained.discriminator, d.gradients, { rate: rateD!, damping: damping! });

    const g = gradientsOf(trained.generator, () => {
      const logits = judge(gan, judged(gan, inputs, 'fakeG', generate(inputs.latentG!)));
      return { loss: recipe.loss.generator(logits, () => judge(gan, real)) };
    });
    update(trained.generator, g.gradients, { rate: rateG!, damping: damping! });
    moveAverages(trained.generator, inputs.emaDecay);

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
