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
    const product = g.gemm(a, b, { transA: transposeA, transB: transposeB, bias: rowBias(call) });
    return g.reshape(activate(call, product), strip(output));
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

/** The fused bias as a vector over the last dimension, which Gemm adds for free. */
export function rowBias({ g, optional, output }: Lowering): Expr | undefined {
  const bias = optional('bias');
  if (!bias || bias.scalar === 0) return undefined;
  return g.full(bias, [output.at(-1)!]);
}

const swapLast = (rank: number) =>
  Array.from({ length: rank }, (_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));

export const products: Readonly<Record<string, LoweringRule>> = {
  BatchMatMul: matMul,
  _FusedMatMul: matMul,
};
