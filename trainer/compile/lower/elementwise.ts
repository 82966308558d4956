import type * as tfjs from '@tensorflow/tfjs';
import type { Builder, Expr } from '../expr.ts';
import type { DType } from '../graph.ts';
import type { Lowering, LoweringRule } from './rule.ts';

const unary =
  (op: string): LoweringRule =>
  ({ g, expr }) =>
    g.unary(op, expr('x'));
const binary =
  (op: string): LoweringRule =>
  ({ g, expr }) =>
    g.binary(op, expr('a'), expr('b'));

/** The activation that tfjs fuses into a product or a convolution. */
export function activate({ g, attrs }: Lowering, x: Expr): Expr {
  const { activation = 'linear', leakyreluAlpha = 0.2 } = attrs<Partial<tfjs.FusedConv2DAttrs>>();
  const op = { linear: '', relu: 'Relu', sigmoid: 'Sigmoid', elu: 'Elu', leakyrelu: 'LeakyRelu' }[
    activation as string
  ];
  if (op === undefined) throw new Error(`the fused activation ${activation} is not compiled`);
  if (op === '') return x;
  return g.unary(op, x, op === 'LeakyRelu' ? { alpha: { float: leakyreluAlpha } } : {});
}

const not = (g: Builder, x: Expr) => g.sub(g.scalar(1), x);
const square = (g: Builder, x: Expr) => g.mul(x, x);

export const elementwise: Readonly<Record<string, LoweringRule>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: ({ g, expr }) => square(g, g.sub(expr('a'), expr('b'))),
  AddN: ({ g, exprs }) => exprs.reduce((sum, x) => g.add(sum, x)),

  // Truth is the number 1, so that a mask is a factor and needs no cast. Right for finite numbers: what compares
  // NaN, or an infinity with itself, becomes NaN rather than a truth, and a diverged step shows it.
  Greater: ({ g, expr }) => g.positive(g.sub(expr('a'), expr('b'))),
  Less: ({ g, expr }) => g.positive(g.sub(expr('b'), expr('a'))),
  GreaterEqual: ({ g, expr }) => not(g, g.positive(g.sub(expr('b'), expr('a')))),
  LessEqual: ({ g, expr }) => not(g, g.positive(g.sub(expr('a'), expr('b')))),
  LogicalAnd: ({ g, expr }) => g.mul(expr('a'), expr('b')),
  Select: ({ g, expr }) => g.where(expr('condition'), expr('t'), expr('e')),
  Step: ({ g, expr, attrs }) => {
    const { alpha } = attrs<tfjs.StepAttrs>();
    // The slope of a leaky ReLU, in one pass less.
    if (alpha > 0 && alpha < 1) return g.binary('Max', g.scalar(alpha), g.positive(expr('x')));
    return g.add(g.mul(g.positive(expr('x')), g.scalar(1 - alpha)), g.scalar(alpha));
  },

  Neg: ({ g, expr }) => g.mul(g.scalar(-1), expr('x')),
  Square: ({ g, expr }) => square(g, expr('x')),
  Rsqrt: ({ g, expr }) => g.unary('Reciprocal', g.unary('Sqrt', expr('x'))),
  Log1p: ({ g, expr }) => g.unary('Log', g.add(expr('x'), g.scalar(1))),
  Abs: unary('Abs'),
  Sign: unary('Sign'),
  Floor: unary('Floor'),
  Sqrt: unary('Sqrt'),
  Reciprocal: unary('Reciprocal'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Relu: unary('Relu'),
  Elu: unary('Elu'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Softplus: unary('Softplus'),
  LeakyRelu: ({ g, expr, attrs }) =>
    g.unary('LeakyRelu', expr('x'), { alpha: { float: attrs<tfjs.LeakyReluAttrs>().alpha } }),
  ClipByValue: ({ g, expr, attrs }) => {
    const { clipValueMin, clipValueMax } = attrs<tfjs.ClipByValueAttrs>();
    return g.binary('Min', g.scalar(clipValueMax), g.binary('Max', g.scalar(clipValueMin), expr('x')));
  },
  Cast: ({ g, expr, dtype, attrs }) => {
    const integral = attrs<{ dtype: DType }>().dtype !== 'float32' && dtype('x') === 'float32';
    if (attrs<{ dtype: DType }>().dtype === 'bool') return g.unary('Abs', g.unary('Sign', expr('x')));
    return integral
      ? g.mul(g.unary('Sign', expr('x')), g.unary('Floor', g.unary('Abs', expr('x'))))
      : expr('x');
  },
  ZerosLike: ({ g }) => g.scalar(0),
  OnesLike: ({ g }) => g.scalar(1),
  Fill: ({ g, attrs }) => g.scalar(Number(attrs<tfjs.FillAttrs>().value)),

  /** (x − mean)·scale/√(variance + ε) + offset, per channel. */
  FusedBatchNorm: ({ g, expr, optional, attrs }) => {
    const { varianceEpsilon } = attrs<tfjs.FusedBatchNormAttrs>();
    const deviation = g.unary('Sqrt', g.add(expr('variance'), g.scalar(varianceEpsilon)));
    const factor = g.mul(optional('scale') ?? g.scalar(1), g.unary('Reciprocal', deviation));
    const y = g.mul(factor, g.sub(expr('x'), expr('mean')));
    return g.add(optional('offset') ?? g.scalar(0), y);
  },
};
