import { fillOneHot, fillShiftedBatch } from '../data/batches.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Tensors } from '../engines/program.ts';
import { permutation } from '../random/permutation.ts';
import { fillNormalBatch, fillUniform, wordsAt } from '../random/streams.ts';
import type { AdamConstants, InputRule, Plan, Schedule } from './plan.ts';

/** Steps in an epoch: the last digits that do not fill a batch sit out, others each epoch. */
export const stepsPerEpoch = (count: number, batch: number): number => Math.floor(count / batch);

/**
 * The share of a rate or weight that is left at step t = 1, 2, …: 1 at the first. On a cosine, `atEnd` at the last and half
 * a cosine between them (Loshchilov & Hutter 2017, equation 5, without restarts); on a line, down to 0 behind the last. It
 * depends on how long the run is: one that is resumed for other epochs goes on from another place of another curve.
 */
export function shareAt(step: number, lastStep: number, schedule: Schedule): number {
  if (schedule.curve === 'line') return 1 - (step - 1) / lastStep;
  const { atEnd } = schedule;
  const done = lastStep > 1 ? (step - 1) / (lastStep - 1) : 0;
  return atEnd + ((1 - atEnd) * (1 + Math.cos(Math.PI * done))) / 2;
}

/** √(1−β₂ᵗ) with the scale of the squares' sum: what both of Adam's numbers of step t = 1, 2, … have in common. */
const correction = (step: number, { beta2 }: AdamConstants): number =>
  Math.sqrt((1 - beta2 ** step) / (1 - beta2));

/** The learning rate at step t with the bias correction √(1−β₂ᵗ)/(1−β₁ᵗ) and the scale of the sums (`adamUpdate`) in it. */
export const adamRate = (step: number, learningRate: number, adam: AdamConstants): number =>
  (learningRate * correction(step, adam) * (1 - adam.beta1)) / (1 - adam.beta1 ** step);

/** ε at step t, corrected alike. */
export const adamDamping = (step: number, adam: AdamConstants): number =>
  adam.epsilon * correction(step, adam);

/**
 * The decay of averaged weights at step t = 1, 2, …: the average of a young run is short, so that it is not held back by
 * weights from before it learned anything.
 */
const emaDecayAt = (step: number, decay: number): number => Math.min(decay, step / (step + 10));

/** One step of a run, and the digits that it shows. */
interface Moment {
  readonly seed: number;
  readonly step: number;
  readonly lastStep: number;
  readonly digits: DigitSet;
  /** The order of the epoch's digits, and the place of the step's first. */
  readonly order: Uint32Array;
  readonly first: number;
}

type Feeder<Rule> = (rule: Rule, moment: Moment) => Float32Array<ArrayBuffer>;
const sizeOf = ({ shape }: Pick<InputRule, 'shape'>) => shape.reduce((product, d) => product * d, 1);

/** What each kind of input is at a step: a function of the seed and the step's number alone. */
const feeders: { readonly [Kind in InputRule['feed']]: Feeder<Extract<InputRule, { feed: Kind }>> } = {
  digits(rule, { seed, step, digits, order, first }) {
    const images = new Float32Array(sizeOf(rule));
    const { range, rotation, shift } = rule;
    fillShiftedBatch(images, digits, order, first, { range, rotation, shift, address: { seed, step } });
    return images;
  },
  labels(rule, { digits, order, first }) {
    const rows = new Float32Array(sizeOf(rule));
    fillOneHot(rows, digits, order, first, rule.shape[1]!);
    return rows;
  },
  latents(rule, { seed, step, digits, order, first }) {
    const [batch, width] = rule.shape as [number, number];
    const { purpose, classes } = rule;
    const size = width - classes;
    const normals = new Float32Array(batch * size);
    fillNormalBatch(normals, { seed, purpose, step }, batch, size);
    if (classes === 0) return normals;
    const word = wordsAt({ seed, purpose: 'labelG', step, index: 0 });
    const rows = new Float32Array(batch * width);
    for (let row = 0; row < batch; row++) {
      const label = rule.told === 'shown' ? digits.labels[order[first + row]!]! : word() % classes;
      rows.set(normals.subarray(row * size, (row + 1) * size), row * width);
      rows[row * width + size + label] = 1;
    }
    return rows;
  },
  rate: ({ rate, schedule, adam }, { step, lastStep }) =>
    Float32Array.of(adamRate(step, rate * shareAt(step, lastStep, schedule), adam)),
  damping: ({ adam }, { step }) => Float32Array.of(adamDamping(step, adam)),
  number: ({ value, schedule }, { step, lastStep }) =>
    Float32Array.of(value * shareAt(step, lastStep, schedule)),
  emaDecay: ({ decay }, { step }) => Float32Array.of(emaDecayAt(step, decay)),
  mask(rule, { seed, step }) {
    const mask = new Float32Array(sizeOf(rule));
    fillUniform(mask, { seed, purpose: 'dropout', step, index: rule.index });
    const kept = 1 / (1 - rule.rate);
    for (let i = 0; i < mask.length; i++) mask[i] = mask[i]! < rule.rate ? 0 : kept;
    return mask;
  },
};

export interface PlayedDigits {
  readonly digits: DigitSet;
  readonly seed: number;
  /** Where what falls has fallen; by default the last step of the last epoch. */
  readonly lastStep?: number | undefined;
}

/**
 * Returns what prepares the inputs of step 1, 2, …. They follow from the plan, the seed and the step's number alone, so
 * a run that is resumed sees what it would have seen.
 */
export function stepInputs(
  { inputs, batch, epochs }: Pick<Plan, 'inputs' | 'batch' | 'epochs'>,
  { digits, seed, lastStep = stepsPerEpoch(digits.count, batch) * epochs }: PlayedDigits,
): (step: number) => Tensors {
  const perEpoch = stepsPerEpoch(digits.count, batch);
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array(0) };
  return (step) => {
    const epoch = Math.ceil(step / perEpoch);
    if (shuffled.epoch !== epoch) shuffled = { epoch, order: permutation(digits.count, { seed, epoch }) };
    const { order } = shuffled;
    const moment = { seed, step, lastStep, digits, order, first: ((step - 1) % perEpoch) * batch };
    return Object.fromEntries(
      Object.entries(inputs).map(([name, rule]) => [
        name,
        (feeders[rule.feed] as Feeder<InputRule>)(rule, moment),
      ]),
    );
  };
}
