import type * as tfjs from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from './tf.ts';
import { trace } from './trace.ts';
import { countFlops } from './work.ts';

describe('countFlops', () => {
  it('counts two for each multiply-add of a product, either side transposed', () => {
    const step = (i: Readonly<Record<'a' | 'b', tfjs.Tensor>>) => ({ y: tf.matMul(i.a, i.b, true, false) });
    expect(countFlops(trace(step, { a: [5, 3], b: [5, 7] }).graph)).toBe(2 * 3 * 5 * 7);
  });

  it('counts a convolution and both of its gradients alike', () => {
    const loss = (x: tfjs.Tensor, filter: tfjs.Tensor) =>
      tf.conv2d(x as tfjs.Tensor4D, filter as tfjs.Tensor4D, 2, 'valid');
    const specs = { x: [2, 9, 9, 3], filter: [3, 3, 3, 4] };
    const once = 2 * (2 * 4 * 4 * 4) * (3 * 3 * 3);
    expect(countFlops(trace((i) => ({ y: loss(i.x, i.filter) }), specs).graph)).toBe(once);
    const gradients = (i: Readonly<Record<'x' | 'filter', tfjs.Tensor>>) => {
      const [dx, dFilter] = tf.grads((x, filter) => loss(x!, filter!))([i.x, i.filter]);
      return { dx: dx!, dFilter: dFilter! };
    };
    // The convolution itself is not counted: its result is not needed for its gradients.
    expect(countFlops(trace(gradients, specs).graph)).toBe(2 * once);
  });
});
