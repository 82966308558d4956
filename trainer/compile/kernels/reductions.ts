import type * as tfjs from '@tensorflow/tfjs';
import { type Builder, type Expr, strip } from '../expr.ts';
import { typed } from '../graph-def.ts';
import { tf } from '../tf.ts';
import type { CallSite, Kernel, Kernels, Lowering } from './kernel.ts';

const axesOf = ({ attrs, shape }: CallSite) =>
  tf.util.parseAxisParam(attrs<tfjs.SumAttrs>().axis, [...shape('x')]);

/** A reduced value in the shape that `keepDims` asks for, which matters where a kept dimension is not leading. */
const kept = ({ g, attrs, shape }: Lowering, x: Expr, axes: readonly number[]): Expr => {
  if (!attrs<tfjs.SumAttrs>().keepDims || x.scalar !== undefined) return x;
  const rest = shape('x').length - axes.length;
  const padded = [...Array<number>(rest - x.shape.length).fill(1), ...x.shape];
  let next = 0;
  return g.reshape(x, strip(shape('x').map((_, i) => (axes.includes(i) ? 1 : padded[next++]!))));
};

/**
 * A reduction of `x` over axes: its shape without those axes, or with 1 in their place.
 *
 * @param op its name in TensorFlow
 * @param lower what becomes of the sum; `count` numbers of `x` are in each number of it
 */
const reduction = (op: string, lower: (g: Builder, sum: Expr, count: number) => Expr): Kernel => ({
  shape: (c) => {
    const axes = axesOf(c);
    const { keepDims } = c.attrs<tfjs.SumAttrs>();
    return c.shape('x').flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
  },
  lower: (call) => {
    const { g, input, shape } = call;
    const axes = axesOf(call);
    const count = axes.reduce((n, a) => n * shape('x')[a]!, 1);
    return kept(call, lower(g, g.sum(input('x'), shape('x'), axes), count), axes);
  },
  tensorflow: (call) => {
    const { g, input, output, attrs } = call;
    const x = g.cast(input('x'), output.dtype);
    const { keepDims } = attrs<tfjs.SumAttrs>();
    return g.op(op, [x, g.integers(axesOf(call))], output, { ...typed(x), keep_dims: { flag: keepDims } });
  },
});

export const reductions: Kernels = {
  Sum: {
    ...reduction('Sum', (_, sum) => sum),
    dtype: (c) => (c.dtype('x') === 'bool' ? 'int32' : c.dtype('x')),
  },
  Mean: {
    ...reduction('Mean', (g, sum, count) => g.mul(g.scalar(1 / count), sum)),
    dtype: () => 'float32',
  },
};
