import { afterEach, describe, expect, it } from 'vitest';
import { loadHere } from '../../compile/compiled-fixture.ts';
import { tf } from '../../compile/tf.ts';
import { fillOneHot } from '../../data/batches.ts';
import { adamDamping, adamRate } from '../../gan/adam.ts';
import { averageOf } from '../../gan/gan.ts';
import { madeUpDigits } from '../../gan/toy-fixture.ts';
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
    const program = await loadHere(traceClassifierStep(model, batch, adam));
    const digits = madeUpDigits(batch);
    const label = new Float32Array(batch * classes);
    fillOneHot(label, digits, Uint32Array.from(digits.labels.keys()), 0, classes);
    const losses: number[] = [];
    for (let step = 1; step <= 100; step++) {
      const { loss } = await program.run({
        image: Float32Array.from(digits.images, (byte) => byte / 255),
        label: label.slice(),
        rate: Float32Array.of(adamRate(step, 0.01, adam)),
        damping: Float32Array.of(adamDamping(step, adam)),
        emaDecay: Float32Array.of(0.5),
      });
      losses.push(loss![0]!);
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    const state = await program.read();
    const [weight, average] = [state['logits/kernel']!, state[averageOf('logits/kernel')]!];
    const apart = weight.map((value, i) => Math.abs(value - average[i]!)).reduce((a, b) => Math.max(a, b));
    expect(apart).toBeGreaterThan(0);
    expect(apart).toBeLessThan(0.05);
  });
});
