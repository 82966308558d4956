import type * as tfjs from '@tensorflow/tfjs';
import { type Expr, strip } from '../expr.ts';
import { type Shape, sizeOf } from '../graph.ts';
import { activate } from './elementwise.ts';
import type { Lowering, LoweringRule } from './rule.ts';

/** `a [..., m, k] · b [..., k, n]`, plus a fused bias and activation where the kernel has them. */
const matMul: LoweringRule = (call) => {
  const { g, expr, shape, attrs, optional, output } = call;
  const { transposeA, transposeB } = attrs<tfjs.BatchMatMulAttrs>();
  const matrices = sizeOf(output.slice(0, -2)) === 1;
  if (matrices) {
    const [a, b] = [g.full(expr('a'), shape('a').slice(-2)), g.full(expr('b'), shape('b').slice(-2))];
    const { bias, rest } = splitBias(call);
    const product = g.gemm(a, b, { transA: transposeA, transB: transposeB, bias });
    return g.reshape(activate(call, rest ? g.add(product, rest) : product), strip(output));
  }
  const side = (x: Expr, logical: Shape, transposed: boolean) =>
    transposed ? g.transpose(g.full(x, logical), swapLast(logical.length)) : g.full(x, logical);
  const product = g.node(
    'MatMul',
    [side(expr('a'), shape('a'), transposeA), side(expr('b'), shape('b'), transposeB)],
    output,
  );
  const bias = optional('bias');
  return activate(call, bias ? g.add(product, bias) : product);
};

/**
 * A product that is 0 where one of its operands is. The gradient of a gradient has many: where the first gradient
 * has a kink, tfjs goes on with zeros.
 */
export const unlessZero =
  (operands: readonly string[], rule: LoweringRule): LoweringRule =>
  (call) =>
    operands.some((name) => call.expr(name).scalar === 0) ? call.g.scalar(0) : rule(call);

/**
 * The fused bias: a vector over the last dimension goes into the product, which adds it for free; one of
 * another shape is added to what the product gives.
 */
export function splitBias({ g, optional, shape, output }: Lowering): { bias?: Expr; rest?: Expr } {
  const bias = optional('bias');
  if (!bias || bias.scalar === 0) return {};
  const width = output.at(-1)!;
  const vector = strip(shape('bias')).length < 2 && sizeOf(shape('bias')) === width;
  return vector ? { bias: g.full(bias, [width]) } : { rest: bias };
}

const swapLast = (rank: number) =>
  Array.from({ length: rank }, (_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));

export const products: Readonly<Record<string, LoweringRule>> = {
  BatchMatMul: unlessZero(['a', 'b'], matMul),
  _FusedMatMul: matMul,
};
