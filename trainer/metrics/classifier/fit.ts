import type { LayersModel } from '@tensorflow/tfjs';
import { fillOneHot } from '../../data/batches.ts';
import type { DigitSet } from '../../data/digits.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Tensors } from '../../engines/program.ts';
import { weightNames } from '../../export/layers-model.ts';
import { type AdamOptions, adamDamping, adamRate } from '../../gan/adam.ts';
import { averageOf } from '../../gan/gan.ts';
import { emaDecayAt, stepsPerEpoch } from '../../gan/inputs.ts';
import { permutation } from '../../random/permutation.ts';
import { fillShiftedBatch } from './augment.ts';
import type { Seen } from './classifier.ts';
import { classes } from './network.ts';
import { traceClassifierStep } from './step.ts';

/** How a classifier is trained. */
export interface FitSettings extends AdamOptions {
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

/** Inputs of step 1, 2, …: a function of the seed and the step's number. */
function inputsOf(digits: DigitSet, settings: FitSettings): (step: number) => Tensors {
  const { seed, epochs, batch, rotation, shift, learningRate, emaDecay } = settings;
  const perEpoch = stepsPerEpoch(digits.count, batch);
  const lastStep = epochs * perEpoch;
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array(0) };
  return (step) => {
    const epoch = Math.ceil(step / perEpoch);
    if (shuffled.epoch !== epoch) shuffled = { epoch, order: permutation(digits.count, { seed, epoch }) };
    const first = ((step - 1) % perEpoch) * batch;
    const image = new Float32Array(batch * 784);
    const label = new Float32Array(batch * classes);
    const address = { seed, step };
    fillShiftedBatch(image, digits, shuffled.order, first, { range: [0, 1], rotation, shift, address });
    fillOneHot(label, digits, shuffled.order, first, classes);
    return {
      image,
      label,
      rate: Float32Array.of(adamRate(step, learningRate * (1 - (step - 1) / lastStep), settings)),
      damping: Float32Array.of(adamDamping(step, settings)),
      emaDecay: Float32Array.of(emaDecayAt(step, emaDecay)),
    };
  };
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
  const { graph, initialState } = traceClassifierStep(model, settings.batch, settings);
  const program = await engine.load(graph, initialState());
  const perEpoch = stepsPerEpoch(digits.count, settings.batch);
  const lastStep = settings.epochs * perEpoch;
  const prepare = inputsOf(digits, settings);
  let loss = 0;
  let next = prepare(1);
  for (let step = 1; step <= lastStep; step++) {
    const running = program.run(next);
    if (step < lastStep) next = prepare(step + 1);
    loss += (await running).loss![0]! / perEpoch;
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
