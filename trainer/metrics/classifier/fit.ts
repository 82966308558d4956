import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../../compile/tf.ts';
import { type Trace, trace } from '../../compile/trace.ts';
import type { DigitSet } from '../../data/digits.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Tensors } from '../../engines/program.ts';
import { weightNames } from '../../export/layers-model.ts';
import {
  averageOf,
  gradientsOf,
  moveAverages,
  type Trainable,
  trainable,
  update,
} from '../../gan/trainable.ts';
import { stepsPerEpoch } from '../../plan/inputs.ts';
import type { AdamConstants, InputRules } from '../../plan/plan.ts';
import { play } from '../../plan/play.ts';
import { compileClassifier, type Seen } from './classifier.ts';
import { buildClassifier, classes } from './network.ts';

/**
 * Mean cross-entropy of logits [batch, classes] against one-hot labels of the same shape. Exponentials without
 * the usual shift by the largest logit: they overflow beyond 88, where no classifier of digits arrives.
 */
export function crossEntropy(logits: tfjs.Tensor, labels: tfjs.Tensor): tfjs.Scalar {
  const normaliser = tf.log(tf.sum(tf.exp(logits), 1));
  const chosen = tf.sum(tf.mul(logits, labels), 1);
  return tf.mean(tf.sub(normaliser, chosen));
}

/**
 * The traced training step of a classifier: one Adam update by the cross-entropy, then the weights' averages follow.
 *
 * @param inputs `image`, `label`, `rate`, `damping` and `emaDecay`
 */
export function traceClassifierStep(trained: Trainable, inputs: InputRules): Trace {
  const { model, names } = trained;
  return trace(
    ({ image, label, rate, damping, emaDecay }) => {
      const { loss, gradients } = gradientsOf(trained, () => ({
        loss: crossEntropy(model.apply(image!, { training: true }) as tfjs.Tensor, label!),
      }));
      update(trained, gradients, { rate: rate!, damping: damping! });
      moveAverages(trained, emaDecay);
      return { loss };
    },
    Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
    { nameOf: (variable) => names.get(variable) ?? variable.name },
  );
}

/** How a classifier is trained. */
export interface FitSettings extends AdamConstants {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Falls in a straight line to zero at the last step. */
  readonly learningRate: number;
  /** Each digit is turned by up to so many degrees, either way. */
  readonly rotation: number;
  /** Each digit is moved by up to so many pixels each way. */
  readonly shift: number;
  readonly emaDecay: number;
}

/** What feeds the step. */
function inputRules({ batch, learningRate: rate, rotation, shift, emaDecay: decay, ...adam }: FitSettings) {
  const { beta1, beta2, epsilon } = adam;
  const constants = { beta1, beta2, epsilon };
  return {
    image: { feed: 'digits', shape: [batch, 28, 28, 1], range: [0, 1], rotation, shift },
    label: { feed: 'labels', shape: [batch, classes] },
    rate: { feed: 'rate', shape: [], rate, schedule: { curve: 'line' }, adam: constants },
    damping: { feed: 'damping', shape: [], adam: constants },
    emaDecay: { feed: 'emaDecay', shape: [], decay },
  } satisfies InputRules;
}

/**
 * Trains a classifier by digits and their labels.
 *
 * @param onEpoch told the mean loss of each epoch
 * @returns the averaged weights, by name; the model keeps its own
 */
export async function fitClassifier({
  engine,
  digits,
  model,
  settings,
  onEpoch = () => undefined,
}: {
  readonly engine: Engine;
  readonly digits: DigitSet;
  readonly model: tfjs.LayersModel;
  readonly settings: FitSettings;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}): Promise<Tensors> {
  const { batch, epochs, seed, beta1, beta2, epsilon } = settings;
  const inputs = inputRules(settings);
  const trained = trainable(model, {
    network: 'classifier',
    adam: { beta1, beta2, epsilon },
    averaged: true,
  });
  const { graph, initialState } = traceClassifierStep(trained, inputs);
  const program = await engine.load(graph, initialState());
  const perEpoch = stepsPerEpoch(digits.count, batch);
  const plan = { inputs, batch, epochs, results: ['loss'] as const };
  let loss = 0;
  for await (const { step, results } of play(plan, program, { digits, seed, to: epochs * perEpoch })) {
    loss += results.loss / perEpoch;
    if (step % perEpoch !== 0) continue;
    onEpoch(step / perEpoch, loss);
    loss = 0;
  }
  const state = await program.read();
  await program.dispose();
  return Object.fromEntries(weightNames(model).map((name) => [name, state[averageOf(name)]!]));
}

/** Share of the digits that are seen as what they are. */
export function accuracy({ probabilities }: Seen, { labels, count }: DigitSet): number {
  let right = 0;
  for (let i = 0; i < count; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[i]) right++;
  }
  return right / count;
}

/**
 * One pass, which is enough for a classifier of digits to be right 99 times in 100, and no augmentation, which would
 * make up for variety that the digits lack.
 */
const tstrSettings: FitSettings = {
  seed: 1,
  epochs: 1,
  batch: 128,
  learningRate: 2e-3,
  rotation: 0,
  shift: 0,
  emaDecay: 0.999,
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/**
 * “Train on synthetic, test on real” (Esteban et al. 2017, section 4.2): trains a fresh classifier by digits, such as
 * a generator's with the classes that they were asked to be, and tests it by others.
 *
 * @returns the share of the test digits that it recognises
 */
export async function trainAndTest(engine: Engine, digits: DigitSet, test: DigitSet): Promise<number> {
  const model = buildClassifier(tstrSettings.seed);
  const weights = await fitClassifier({ engine, digits, model, settings: tstrSettings });
  const classifier = await compileClassifier(engine, model, weights);
  const right = accuracy(await classifier.look(test.images), test);
  await classifier.dispose();
  model.dispose();
  return right;
}
