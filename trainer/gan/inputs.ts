import { sizeOf } from '../compile/graph.ts';
import { fillBatch, fillOneHot } from '../data/batches.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Tensors } from '../engines/program.ts';
import { outputRange } from '../export/pixels.ts';
import { permutation } from '../random/permutation.ts';
import { fillNormalBatch, fillUniform, type Purpose, wordsAt } from '../random/streams.ts';
import { adamDamping, adamRate } from './adam.ts';
import type { Gan } from './gan.ts';
import { maskInput, maskShapes, passes } from './judge.ts';
import { shareAt } from './schedule.ts';

/**
 * The decay of the generator's average at step t = 1, 2, …: the average of a young run is short, so that it
 * is not held back by weights from before it learned anything.
 */
export const emaDecayAt = (step: number, decay: number): number => Math.min(decay, step / (step + 10));

/** Steps in an epoch: the last digits that do not fill a batch sit out, others each epoch. */
export const stepsPerEpoch = (count: number, batch: number): number => Math.floor(count / batch);

/**
 * Returns what prepares a step's inputs. They follow from the configuration and the step's number (1, 2, …)
 * alone, so a resumed run sees what it would have seen.
 *
 * @param lastStep where rates that fall have fallen; by default the last of the last epoch
 */
export function stepInputs(
  gan: Gan,
  digits: DigitSet,
  lastStep: number = stepsPerEpoch(digits.count, gan.config.batch) * gan.config.epochs,
): (step: number) => Tensors {
  const { config, recipe, averages } = gan;
  const { seed, batch, latentSize, rotation } = config;
  const { classes } = recipe;
  const range = outputRange(config.outputActivation);
  const masks = maskShapes(gan).map(sizeOf);
  const perEpoch = stepsPerEpoch(digits.count, batch);
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array(0) };

  /** Latent vectors, each followed by the class to draw: [batch, latentSize + classes]. */
  const latents = (step: number, purpose: Purpose, labelOf: ((row: number) => number) | undefined) => {
    const width = latentSize + classes;
    const normals = new Float32Array(batch * latentSize);
    fillNormalBatch(normals, { seed, purpose, step }, batch, latentSize);
    if (!labelOf) return normals;
    const rows = new Float32Array(batch * width);
    for (let row = 0; row < batch; row++) {
      rows.set(normals.subarray(row * latentSize, (row + 1) * latentSize), row * width);
      rows[row * width + latentSize + labelOf(row)] = 1;
    }
    return rows;
  };

  return (step) => {
    const epoch = Math.ceil(step / perEpoch);
    if (shuffled.epoch !== epoch) shuffled = { epoch, order: permutation(digits.count, { seed, epoch }) };
    const { order } = shuffled;
    const first = ((step - 1) % perEpoch) * batch;

    const real = new Float32Array(batch * 784);
    fillBatch(real, digits, order, first, { range, rotation, address: { seed, step } });
    // The discriminator is shown fakes of the classes that it is shown as real; the generator draws any.
    const shown = (row: number) => digits.labels[order[first + row]!]!;
    const word = wordsAt({ seed, purpose: 'labelG', step, index: 0 });
    const drawn = Array.from({ length: classes > 0 ? batch : 0 }, () => word() % classes);
    const rateShare = shareAt(step, lastStep, config.rateAtEnd);
    const inputs: Tensors = {
      real,
      latentD: latents(step, 'latentD', classes > 0 ? shown : undefined),
      latentG: latents(step, 'latentG', classes > 0 ? (row) => drawn[row]! : undefined),
      rateD: Float32Array.of(adamRate(step, config.learningRateD * rateShare, config)),
      rateG: Float32Array.of(adamRate(step, config.learningRateG * rateShare, config)),
      damping: Float32Array.of(adamDamping(step, config)),
    };
    if (classes > 0) {
      inputs.labels = new Float32Array(batch * classes);
      fillOneHot(inputs.labels, digits, order, first, classes);
    }
    if (config.gradientPenalty > 0)
      inputs.gamma = Float32Array.of(config.gradientPenalty * shareAt(step, lastStep, config.penaltyAtEnd));
    if (averages.length > 0) inputs.emaDecay = Float32Array.of(emaDecayAt(step, config.emaDecay));
    passes.forEach((pass, p) => {
      masks.forEach((size, layer) => {
        const mask = new Float32Array(size);
        fillUniform(mask, { seed, purpose: 'dropout', step, index: p * masks.length + layer });
        const kept = 1 / (1 - config.dropout);
        for (let i = 0; i < size; i++) mask[i] = mask[i]! < config.dropout ? 0 : kept;
        inputs[maskInput(pass, layer)] = mask;
      });
    });
    return inputs;
  };
}
