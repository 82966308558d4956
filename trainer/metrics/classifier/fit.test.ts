import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadHere, localEngine } from '../../compile/compiled-fixture.ts';
import { tf } from '../../compile/tf.ts';
import { type DigitData, type DigitSet, loadDigits, sampleDigits } from '../../data/digits.ts';
import { type Engine, startEngine } from '../../engines/engine.ts';
import { madeUpDigits } from '../../gan/toy-fixture.ts';
import { averageOf, trainable } from '../../gan/trainable.ts';
import type { InputRules } from '../../plan/plan.ts';
import { play } from '../../plan/play.ts';
import { compileClassifier } from './classifier.ts';
import { accuracy, crossEntropy, type FitSettings, fitClassifier, traceClassifierStep } from './fit.ts';
import { buildClassifier } from './network.ts';

afterEach(() => tf.disposeVariables());

it('the cross-entropy is that of tfjs', () => {
  const logits = tf.tensor2d([
    [1, 2, -3],
    [0, 0.5, 20],
  ]);
  const labels = tf.tensor2d([
    [0, 1, 0],
    [1, 0, 0],
  ]);
  const theirs = tf.losses.softmaxCrossEntropy(labels, logits).dataSync()[0]!;
  expect(crossEntropy(logits, labels).dataSync()[0]).toBeCloseTo(theirs, 5);
});

describe('the training step', () => {
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const [batch, classes] = [20, 10];

  it('learns a few digits by heart, and its averages follow', async () => {
    const dense = (name: string, units: number, activation: 'relu' | 'linear') =>
      tf.layers.dense({
        name,
        units,
        activation,
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      });
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [28, 28, 1] }),
        dense('hidden', 12, 'relu'),
        dense('logits', classes, 'linear'),
      ],
    });
    const trained = trainable(model, { network: 'classifier', adam, averaged: true });
    const inputs = {
      image: { feed: 'digits', shape: [batch, 28, 28, 1], range: [0, 1], rotation: 0, shift: 0 },
      label: { feed: 'labels', shape: [batch, classes] },
      rate: { feed: 'rate', shape: [], rate: 0.01, schedule: { curve: 'cosine', atEnd: 1 }, adam },
      damping: { feed: 'damping', shape: [], adam },
      emaDecay: { feed: 'emaDecay', shape: [], decay: 0.5 },
    } satisfies InputRules;
    const program = await loadHere(traceClassifierStep(trained, inputs));
    const digits = madeUpDigits(batch);
    const losses: number[] = [];
    const plan = { inputs, batch, epochs: 100, results: ['loss'] as const };
    for await (const { results } of play(plan, program, { digits, seed: 1, to: 100 }))
      losses.push(results.loss);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    const state = await program.read();
    const [weight, average] = [state['logits/kernel']!, state[averageOf('logits/kernel')]!];
    const apart = weight.map((value, i) => Math.abs(value - average[i]!)).reduce((a, b) => Math.max(a, b));
    expect(apart).toBeGreaterThan(0);
    expect(apart).toBeLessThan(0.05);
  });
});

let engine: Engine;
let some: DigitSet;
let test: DigitSet;
beforeAll(async () => {
  engine = startEngine(localEngine);
  const { train, test: all }: DigitData = await loadDigits();
  [some, test] = [sampleDigits(train, 640), sampleDigits(all, 200)];
});
afterAll(() => engine.dispose());

const settings: FitSettings = {
  ...{ seed: 1, epochs: 3, batch: 32, learningRate: 2e-3, rotation: 0, shift: 0, emaDecay: 0.9 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};
/** Trains by the digits, and gives the mean losses of the epochs and the share of the test digits recognised. */
async function learned(digits: DigitSet) {
  const losses: number[] = [];
  const model = buildClassifier(1);
  const onEpoch = (_: number, loss: number) => void losses.push(loss);
  const weights = await fitClassifier({ engine, digits, model, settings, onEpoch });
  const classifier = await compileClassifier(engine, model, weights);
  return { losses, right: accuracy(await classifier.look(test.images), test) };
}

it('a classifier learns to read by a few hundred digits, the same each time', async () => {
  const { losses, right } = await learned(some);
  expect(losses).toHaveLength(3);
  expect(losses[2]).toBeLessThan(losses[0]! / 2);
  expect(right).toBeGreaterThan(0.75);
  expect(await learned(some)).toEqual({ losses, right });
});

it('a classifier that is taught nonsense reads none', async () => {
  const mislabelled = { ...some, labels: some.labels.map((label) => (label + 1) % 10) };
  expect((await learned(mislabelled)).right).toBeLessThan(0.1);
});

it('accuracy is the share of digits that the largest probability names', () => {
  const probabilities = new Float64Array(30);
  for (const [row, seen] of [3, 1, 4].entries()) probabilities[row * 10 + seen] = 0.9;
  const digits = { images: new Uint8Array(3 * 784), labels: Uint8Array.of(3, 1, 5), count: 3 };
  expect(accuracy({ count: 3, features: new Float32Array(0), probabilities }, digits)).toBeCloseTo(2 / 3, 12);
});
