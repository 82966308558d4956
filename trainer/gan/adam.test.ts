import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { adamDamping, adamRate } from '../plan/inputs.ts';
import { adamGroups, adamUpdate, joinGradients } from './adam.ts';

const learningRate = 0.05;
const start = [0.5, -1, 2, 0];

/** Some gradients of both signs and many sizes. */
const gradientAt = (step: number) => start.map((_, i) => Math.sin(step * 3 + i) * 10 ** (i - 2));

function ours(steps: number, beta1: number, beta2: number, epsilon: number): Float32Array {
  return tf.tidy(() => {
    const options = { beta1, beta2, epsilon };
    const parameter = tf.variable(tf.tensor1d(start));
    const [group] = adamGroups([parameter], options);
    for (let step = 1; step <= steps; step++) {
      const rate = adamRate(step, learningRate, options);
      const damping = adamDamping(step, options);
      const factors = { rate: tf.scalar(rate), damping: tf.scalar(damping) };
      adamUpdate(group!, tf.tensor1d(gradientAt(step)), options, factors);
    }
    return parameter.dataSync().slice() as Float32Array;
  });
}

function theirs(steps: number, beta1: number, beta2: number, epsilon: number): Float32Array {
  return tf.tidy(() => {
    const parameter = tf.variable(tf.tensor1d(start));
    const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
    for (let step = 1; step <= steps; step++)
      optimizer.applyGradients([{ name: parameter.name, tensor: tf.tensor1d(gradientAt(step)) }]);
    return parameter.dataSync().slice() as Float32Array;
  });
}

/** The algorithm as Kingma & Ba print it, in double precision. */
function published(steps: number, beta1: number, beta2: number, epsilon: number): number[] {
  return start.map((first, i) => {
    let [w, m, v] = [first, 0, 0];
    for (let step = 1; step <= steps; step++) {
      const g = gradientAt(step)[i]!;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [mHat, vHat] = [m / (1 - beta1 ** step), v / (1 - beta2 ** step)];
      w -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
    }
    return w;
  });
}

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe('adam', () => {
  it.each([
    [0.9, 0.999],
    [0.5, 0.99],
    [0, 0.99],
  ])("equals tfjs's own with β₁ = %d, β₂ = %d", (beta1, beta2) => {
    for (const steps of [1, 2, 7]) {
      const epsilon = 1e-7;
      expect(farthest(ours(steps, beta1, beta2, epsilon), theirs(steps, beta1, beta2, epsilon))).toBeLessThan(
        2e-6,
      );
    }
  });

  it('is the published algorithm for any decay and damping', () => {
    const decay = fc.double({ min: 0, max: 0.9995, noNaN: true });
    const epsilon = fc.double({ min: 1e-8, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), decay, decay, epsilon, (...options) => {
        expect(farthest(ours(...options), published(...options))).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps no mean without momentum', () => {
    const parameter = tf.variable(tf.zeros([2, 3]));
    const groups = (beta1: number) => adamGroups([parameter], { beta1, beta2: 0.9, epsilon: 1e-8 });
    const [without, withMean] = [groups(0)[0]!, groups(0.1)[0]!];
    expect([without.mean, withMean.mean?.shape]).toEqual([undefined, [2, 3]]);
    tf.dispose([parameter, without.square, withMean.mean!, withMean.square]);
  });

  it('updates small parameters joined in one group as it would each by itself', () => {
    tf.tidy(() => {
      const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
      const make = () => [
        tf.variable(tf.ones([2, 3])),
        tf.variable(tf.zeros([100, 50])),
        tf.variable(tf.zeros([4])),
      ];
      const gradientOf = (p: { readonly shape: number[] }) =>
        tf.sin(
          tf
            .range(0, 5000)
            .slice(
              0,
              p.shape.reduce((a, b) => a * b),
            )
            .reshape(p.shape),
        );
      const [joined, apart] = [make(), make()];
      const groups = adamGroups(joined, options);
      expect(groups.map((group) => group.parameters.length)).toEqual([1, 2]);
      for (const group of [...groups, ...apart.flatMap((p) => adamGroups([p], options))])
        for (let step = 1; step <= 3; step++) {
          const rate = adamRate(step, learningRate, options);
          const damping = adamDamping(step, options);
          const factors = { rate: tf.scalar(rate), damping: tf.scalar(damping) };
          adamUpdate(group, joinGradients(group, gradientOf), options, factors);
        }
      joined.forEach((parameter, i) => {
        expect(parameter.dataSync()).toEqual(apart[i]!.dataSync());
      });
    });
  });

  it('moves each weight by about the learning rate in its first step, whatever the gradient', () => {
    const moved = Array.from(ours(1, 0.9, 0.999, 1e-12), (w, i) => Math.abs(w - start[i]!));
    for (const distance of moved) expect(distance).toBeCloseTo(learningRate, 4);
  });
});
