import type * as tfjs from '@tensorflow/tfjs';
import { type Expr, strip } from '../expr.ts';
import { tf } from '../tf.ts';
import type { Lowering, LoweringRule } from './rule.ts';

const axesOf = ({ attrs, shape }: Lowering) =>
  tf.util.parseAxisParam(attrs<tfjs.SumAttrs>().axis, [...shape('x')]);

/** A reduced value in the shape that `keepDims` asks for, which matters where a kept dimension is not leading. */
const kept = ({ g, attrs, shape }: Lowering, x: Expr, axes: readonly number[]): Expr => {
  if (!attrs<tfjs.SumAttrs>().keepDims || x.scalar !== undefined) return x;
  const rest = shape('x').length - axes.length;
  const padded = [...Array<number>(rest - x.shape.length).fill(1), ...x.shape];
  let next = 0;
  return g.reshape(x, strip(shape('x').map((_, i) => (axes.includes(i) ? 1 : padded[next++]!))));
};

export const reductions: Readonly<Record<string, LoweringRule>> = {
  Sum: (call) => kept(call, call.g.sum(call.expr('x'), call.shape('x'), axesOf(call)), axesOf(call)),
  Mean: (call) => {
    const axes = axesOf(call);
    const count = axes.reduce((n, a) => n * call.shape('x')[a]!, 1);
    const sum = call.g.sum(call.expr('x'), call.shape('x'), axes);
    return kept(call, call.g.mul(call.g.scalar(1 / count), sum), axes);
  },
};
