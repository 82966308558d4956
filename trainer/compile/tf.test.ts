import type * as tfjs from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runBoth, wave } from './compiled-fixture.ts';
import { sizeOf } from './graph.ts';
import { tf } from './tf.ts';

describe.each([
  ['tanh', (x: tfjs.Tensor) => tf.tanh(x), Math.tanh],
  ['the sigmoid', (x: tfjs.Tensor) => tf.sigmoid(x), (x: number) => 1 / (1 + Math.exp(-x))],
  ['exp', (x: tfjs.Tensor) => tf.exp(x), Math.exp],
] as const)('the gradient of %s', (_, op, f) => {
  it('and its own gradient are what finite differences are', () => {
    const points = [-2, -0.5, 0, 0.5, 2];
    const first = tf.grad((x: tfjs.Tensor) => op(x));
    const second = tf.grad((x: tfjs.Tensor) => first(x));
    const h = 1e-3;
    const slopes = points.map((x) => (f(x + h) - f(x - h)) / (2 * h));
    const curvatures = points.map((x) => (f(x + h) - 2 * f(x) + f(x - h)) / h ** 2);
    const close = (values: number[]) => values.map((value) => expect.closeTo(value, 4));
    expect([...first(tf.tensor1d(points)).dataSync()]).toEqual(close(slopes));
    expect([...second(tf.tensor1d(points)).dataSync()]).toEqual(close(curvatures));
  });
});

describe('the gradient of leaky ReLU', () => {
  it('is the slope on either side, and that of the gradient by its own input none', () => {
    const x = tf.tensor1d([-2, -0.5, 0, 0.5, 2]);
    const slope = tf.grad((x: tfjs.Tensor) => tf.leakyRelu(x, 0.25));
    expect([...slope(x).dataSync()]).toEqual([0.25, 0.25, 0.25, 1, 1]);
    const again = tf.grad((x: tfjs.Tensor) => tf.square(slope(x)));
    expect([...again(x).dataSync()]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('the gradient of a concatenation', () => {
  it('gives each part what it was multiplied by, eager and compiled', async () => {
    const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(
      shape,
      fc.nat(2),
      fc.integer({ min: 1, max: 3 }),
      async (a, along, other) => {
        const axis = along % a.length;
        const b = a.with(axis, other);
        const joint = a.with(axis, a[axis]! + other);
        const specs = { a, b, factor: joint };
        const step = (i: Readonly<Record<keyof typeof specs, tfjs.Tensor>>) => {
          const joined = (x: tfjs.Tensor, y: tfjs.Tensor) =>
            tf.mul(tf.concat([x, y], axis - a.length), i.factor);
          const [da, db] = tf.grads((x, y) => joined(x!, y!))([i.a, i.b]);
          return { back: tf.concat([da!, db!], axis) };
        };
        const factor = wave(sizeOf(joint));
        const inputs = { a: wave(sizeOf(a), 2), b: wave(sizeOf(b), 3), factor };
        const { compiled, eager } = await runBoth(step, specs, inputs);
        expect(eager.back).toEqual(factor);
        expect(compiled.back).toEqual(factor);
      },
    );
    await fc.assert(property, { numRuns: 25, seed: 20_26 });
  });
});
