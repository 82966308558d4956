import { afterEach, describe, expect, it } from 'vitest';
import { loadHere } from '../../compile/compiled-fixture.ts';
import { tf } from '../../compile/tf.ts';
import { madeUpDigits } from '../../gan/toy-fixture.ts';
import { averageOf, trainable } from '../../gan/trainable.ts';
import type { InputRules } from '../../plan/plan.ts';
import { play } from '../../plan/play.ts';
import { crossEntropy, traceClassifierStep } from './step.ts';

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
