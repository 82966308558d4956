import type * as tfjs from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tf } from '../tf.ts';
import { nonSaturating } from './losses.ts';

const logits = (...values: number[]) => tf.tensor2d(values, [values.length, 1]);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function lossD(real: number[], fake: number[]): number {
  return tf.tidy(() => nonSaturating.discriminator(logits(...real), logits(...fake)).dataSync()[0]!);
}
function lossG(fake: number[]): number {
  return tf.tidy(() => nonSaturating.generator(logits(...fake)).dataSync()[0]!);
}

describe('the non-saturating loss', () => {
  it('is binary cross-entropy', () => {
    const some = fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(some, some, (real, fake) => {
        const d =
          mean(real.map((x) => -Math.log(sigmoid(x)))) + mean(fake.map((x) => -Math.log(sigmoid(-x))));
        expect(Math.abs(lossD(real, fake) - d)).toBeLessThan(1e-4);
        expect(Math.abs(lossG(fake) - mean(fake.map((x) => -Math.log(sigmoid(x)))))).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });

  it('is 2 ln 2 and ln 2 for a discriminator that knows nothing', () => {
    expect(lossD([0, 0], [0, 0])).toBeCloseTo(2 * Math.log(2), 6);
    expect(lossG([0, 0])).toBeCloseTo(Math.log(2), 6);
  });

  it('is linear and finite where logits are large, and so are its gradients', () => {
    expect(lossD([-5000], [5000])).toBeCloseTo(10_000, 0);
    expect(lossD([5000], [-5000])).toBe(0);
    expect(lossG([-5000])).toBeCloseTo(5000, 0);
    const slopes = tf.tidy(() =>
      tf
        .grad((fake: tfjs.Tensor) => nonSaturating.generator(fake))(logits(-5000, 0, 5000))
        .dataSync(),
    );
    // The generator learns from fakes that are seen through, as those of the saturating loss would not let it.
    expect(Array.from(slopes, (slope) => slope * 3)).toEqual([-1, -0.5, 0].map((s) => expect.closeTo(s, 5)));
  });
});
