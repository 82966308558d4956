import type { LayersModel } from '@tensorflow/tfjs';
import type { DigitSet } from '../../data/digits.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Tensors } from '../../engines/program.ts';
import { weightNames } from '../../export/layers-model.ts';
import { averageOf, trainable } from '../../gan/trainable.ts';
import { stepsPerEpoch } from '../../plan/inputs.ts';
import type { AdamConstants, InputRules } from '../../plan/plan.ts';
import { play } from '../../plan/play.ts';
import type { Seen } from './classifier.ts';
import { classes } from './network.ts';
import { traceClassifierStep } from './step.ts';

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
  readonly model: LayersModel;
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
