import type * as tfjs from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { hinge, nonSaturating, relativistic } from './losses.ts';

const logits = (...values: number[]) => tf.tensor2d(values, [values.length, 1]);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const unwanted = (): never => {
  throw new Error('this loss has no use for the logits of real digits');
};

function lossD(real: number[], fake: number[], loss = nonSaturating): number {
  return tf.tidy(() => loss.discriminator(logits(...real), logits(...fake)).dataSync()[0]!);
}
function lossG(fake: number[], real?: number[], loss = nonSaturating): number {
  const judged = real ? () => logits(...real) : unwanted;
  return tf.tidy(() => loss.generator(logits(...fake), judged).dataSync()[0]!);
}
/** The loss's gradient by each logit, times the batch: what one digit adds. */
function slopes(loss: (x: tfjs.Tensor) => tfjs.Tensor, at: number[]): number[] {
  return tf.tidy(() =>
    Array.from(
      tf
        .grad(loss)(logits(...at))
        .dataSync(),
      (slope) => slope * at.length,
    ),
  );
}
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

const some = fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 3, maxLength: 3 });

describe('the non-saturating loss', () => {
  it('is binary cross-entropy', () => {
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
    // The generator learns from fakes that are seen through, as those of the saturating loss would not let it.
    const bySlope = slopes((fake) => nonSaturating.generator(fake, unwanted), [-5000, 0, 5000]);
    expect(bySlope).toEqual(close([-1, -0.5, 0]));
  });
});

describe('the hinge loss', () => {
  it('is what it is for any logits', () => {
    fc.assert(
      fc.property(some, some, (real, fake) => {
        const d = mean(real.map((x) => Math.max(0, 1 - x))) + mean(fake.map((x) => Math.max(0, 1 + x)));
        expect(Math.abs(lossD(real, fake, hinge) - d)).toBeLessThan(1e-5);
        expect(Math.abs(lossG(fake, undefined, hinge) + mean(fake))).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('lets go of the digits that are told apart by a margin', () => {
    const real = (x: tfjs.Tensor) => hinge.discriminator(x, logits(-9, -9, -9));
    const fake = (x: tfjs.Tensor) => hinge.discriminator(logits(9, 9, 9), x);
    expect(slopes(real, [0.5, 1.5, -2])).toEqual(close([-1, 0, -1]));
    expect(slopes(fake, [-0.5, -1.5, 2])).toEqual(close([1, 0, 1]));
    expect(slopes((x) => hinge.generator(x, unwanted), [-9, 0, 9])).toEqual(close([-1, -1, -1]));
  });
});

describe('the relativistic loss', () => {
  it('is the cross-entropy of which of a pair is real', () => {
    fc.assert(
      fc.property(some, some, (real, fake) => {
        const pairs = real.map((x, i) => -Math.log(sigmoid(x - fake[i]!)));
        expect(Math.abs(lossD(real, fake, relativistic) - mean(pairs))).toBeLessThan(1e-4);
        // The mirror: the generator plays the same game with the sides swapped.
        expect(Math.abs(lossG(fake, real, relativistic) - lossD(fake, real, relativistic))).toBeLessThan(
          1e-5,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('looks at differences only', () => {
    expect(lossD([103, 98], [101, 99], relativistic)).toBeCloseTo(lossD([3, -2], [1, -1], relativistic), 4);
    expect(lossD([7, -7], [7, -7], relativistic)).toBeCloseTo(Math.log(2), 6);
  });

  it('moves the logits of a pair apart by as much on either side', () => {
    const [real, fake] = [
      [3, -2],
      [1, -1],
    ];
    const byReal = slopes((x) => relativistic.discriminator(x, logits(...fake)), real);
    const byFake = slopes((x) => relativistic.discriminator(logits(...real), x), fake);
    expect(byFake).toEqual(close(byReal.map((slope) => -slope)));
  });
});
