import type * as tfjs from '@tensorflow/tfjs';
import type { Builder, Expr } from '../expr.ts';
import type { DType, Shape } from '../graph.ts';
import { typed } from '../graph-def.ts';
import { tf } from '../tf.ts';
import type { CallSite, Kernel, Kernels } from './kernel.ts';

/** Neither tfjs nor TensorFlow does arithmetic on truths: they count as whole numbers. */
const numeric = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

const likeX = { shape: (c: CallSite) => c.shape('x'), dtype: (c: CallSite) => numeric(c.dtype('x')) };
const broadcast = {
  shape: (c: CallSite): Shape =>
    tf.backend_util.assertAndGetBroadcastShape([...c.shape('a')], [...c.shape('b')]),
  dtype: (c: CallSite) => numeric(c.dtype('a')),
};

/** A function of `x`. @param op its name in TensorFlow, and in ONNX unless it is lowered in another way */
const unary = (op: string, lower: (g: Builder, x: Expr) => Expr = (g, x) => g.unary(op, x)): Kernel => ({
  ...likeX,
  lower: ({ g, input }) => lower(g, input('x')),
  tensorflow: ({ g, input, output }) => g.op(op, [g.cast(input('x'), output.dtype)], output),
});

type LowerPair = (g: Builder, a: Expr, b: Expr) => Expr;

/** Arithmetic on `a` and `b`. @param op its name in TensorFlow */
const binary = (op: string, lower: LowerPair): Kernel => ({
  ...broadcast,
  lower: ({ g, input }) => lower(g, input('a'), input('b')),
  tensorflow: ({ g, input, output }) =>
    g.op(op, [g.cast(input('a'), output.dtype), g.cast(input('b'), output.dtype)], output),
});

/** A comparison of `a` and `b`. @param op its name in TensorFlow */
const comparison = (op: string, lower: LowerPair): Kernel => ({
  ...broadcast,
  dtype: () => 'bool',
  lower: ({ g, input }) => lower(g, input('a'), input('b')),
  tensorflow: ({ g, input, output }) => {
    const numbers = [input('a'), input('b')].map((x) => g.cast(x, numeric(x.dtype)));
    return g.op(op, numbers, output, typed(numbers[0]!));
  },
});

/** One number everywhere. */
const filled = (value: (call: CallSite) => number): Pick<Kernel, 'lower' | 'tensorflow'> => ({
  lower: (call) => call.g.scalar(value(call)),
  tensorflow: (call) => call.g.constant(call.output.dtype, call.output.shape, { fill: value(call) }),
});

const not = (g: Builder, x: Expr) => g.sub(g.scalar(1), x);
const square = (g: Builder, x: Expr) => g.mul(x, x);

const arithmetic: Kernels = {
  Neg: unary('Neg', (g, x) => g.mul(g.scalar(-1), x)),
  Abs: unary('Abs'),
  Sign: unary('Sign'),
  Floor: unary('Floor'),
  Square: unary('Square', square),
  Sqrt: unary('Sqrt'),
  Rsqrt: unary('Rsqrt', (g, x) => g.unary('Reciprocal', g.unary('Sqrt', x))),
  Reciprocal: unary('Reciprocal'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Log1p: unary('Log1p', (g, x) => g.unary('Log', g.add(x, g.scalar(1)))),

  Add: binary('AddV2', (g, a, b) => g.add(a, b)),
  Sub: binary('Sub', (g, a, b) => g.sub(a, b)),
  Multiply: binary('Mul', (g, a, b) => g.mul(a, b)),
  RealDiv: binary('RealDiv', (g, a, b) => g.div(a, b)),
  Maximum: binary('Maximum', (g, a, b) => g.binary('Max', a, b)),
  Minimum: binary('Minimum', (g, a, b) => g.binary('Min', a, b)),
  Pow: binary('Pow', (g, a, b) => g.binary('Pow', a, b)),
  SquaredDifference: binary('SquaredDifference', (g, a, b) => square(g, g.sub(a, b))),
  AddN: {
    shape: ({ list }) => list[0]!.shape,
    lower: ({ g, inputs }) => inputs.reduce((sum, x) => g.add(sum, x)),
    tensorflow: ({ g, inputs, output }) =>
      g.op('AddN', inputs, output, { ...typed(output), N: { integer: inputs.length } }),
  },
  ClipByValue: {
    ...likeX,
    lower: ({ g, input, attrs }) => {
      const { clipValueMin, clipValueMax } = attrs<tfjs.ClipByValueAttrs>();
      return g.binary('Min', g.scalar(clipValueMax), g.binary('Max', g.scalar(clipValueMin), input('x')));
    },
    tensorflow: ({ g, input, output, attrs }) => {
      const { clipValueMin, clipValueMax } = attrs<tfjs.ClipByValueAttrs>();
      const bounds = [g.scalar(clipValueMin, output.dtype), g.scalar(clipValueMax, output.dtype)];
      return g.op('ClipByValue', [input('x'), ...bounds], output);
    },
  },
};

// In ONNX truth is the number 1, so that a mask is a factor and needs no cast. Right for finite numbers: what compares
// NaN, or an infinity with itself, becomes NaN rather than a truth, and a diverged step shows it.
const truths: Kernels = {
  Greater: comparison('Greater', (g, a, b) => g.heaviside(g.sub(a, b))),
  Less: comparison('Less', (g, a, b) => g.heaviside(g.sub(b, a))),
  GreaterEqual: comparison('GreaterEqual', (g, a, b) => not(g, g.heaviside(g.sub(b, a)))),
  LessEqual: comparison('LessEqual', (g, a, b) => not(g, g.heaviside(g.sub(a, b)))),
  LogicalAnd: {
    ...broadcast,
    dtype: () => 'bool',
    lower: ({ g, input }) => g.mul(input('a'), input('b')),
    tensorflow: ({ g, input, output }) =>
      g.op('LogicalAnd', [g.cast(input('a'), 'bool'), g.cast(input('b'), 'bool')], output, {}),
  },
  Select: {
    shape: (c) => c.shape('t'),
    dtype: (c) => c.dtype('t'),
    lower: ({ g, input }) => g.where(input('condition'), input('t'), input('e')),
    tensorflow: ({ g, input, output }) =>
      g.op('SelectV2', [g.cast(input('condition'), 'bool'), input('t'), input('e')], output),
  },
  Cast: {
    shape: (c) => c.shape('x'),
    dtype: (c) => c.attrs<{ dtype: DType }>().dtype,
    lower: ({ g, input, dtype, output }) => {
      const x = input('x');
      if (output.dtype === 'bool') return g.unary('Abs', g.unary('Sign', x));
      const integral = output.dtype !== 'float32' && dtype('x') === 'float32';
      return integral ? g.mul(g.unary('Sign', x), g.unary('Floor', g.unary('Abs', x))) : x;
    },
    tensorflow: ({ g, input, output }) => g.cast(input('x'), output.dtype),
  },
};

const constants: Kernels = {
  ZerosLike: { ...likeX, ...filled(() => 0) },
  OnesLike: { ...likeX, ...filled(() => 1) },
  Fill: {
    shape: (c) => c.attrs<{ shape: Shape }>().shape,
    dtype: (c) => c.attrs<{ dtype: DType }>().dtype ?? 'float32',
    ...filled((c) => Number(c.attrs<tfjs.FillAttrs>().value)),
  },
};

const activations: Kernels = {
  Relu: unary('Relu'),
  Elu: unary('Elu'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Softplus: unary('Softplus'),
  LeakyRelu: {
    ...likeX,
    lower: ({ g, input, attrs }) =>
      g.unary('LeakyRelu', input('x'), { alpha: { float: attrs<tfjs.LeakyReluAttrs>().alpha } }),
    tensorflow: ({ g, input, output, attrs }) => {
      const { alpha } = attrs<tfjs.LeakyReluAttrs>();
      return g.op('LeakyRelu', [input('x')], output, { ...typed(output), alpha: { float: alpha } });
    },
  },
  Step: {
    ...likeX,
    lower: ({ g, input, attrs }) => {
      const { alpha } = attrs<tfjs.StepAttrs>();
      // The slope of a leaky ReLU, in one pass less.
      if (alpha > 0 && alpha < 1) return g.binary('Max', g.scalar(alpha), g.heaviside(input('x')));
      return g.add(g.mul(g.heaviside(input('x')), g.scalar(1 - alpha)), g.scalar(alpha));
    },
    tensorflow: ({ g, input, output, attrs }) => {
      const x = g.cast(input('x'), 'float32');
      const truth = { shape: x.shape, dtype: 'bool' } as const;
      const positive = g.op('Greater', [x, g.scalar(0)], truth, typed(x));
      const step = g.op('SelectV2', [positive, g.scalar(1), g.scalar(attrs<tfjs.StepAttrs>().alpha)], x);
      // tfjs lets what is not a number through.
      const unknown = g.op('IsNan', [x], truth, typed(x));
      return g.cast(g.op('SelectV2', [unknown, x, step], x), output.dtype);
    },
  },
  /** (x − mean)·scale/√(variance + ε) + offset, per channel. */
  FusedBatchNorm: {
    ...likeX,
    lower: ({ g, input, optional, attrs }) => {
      const { varianceEpsilon } = attrs<tfjs.FusedBatchNormAttrs>();
      const deviation = g.unary('Sqrt', g.add(input('variance'), g.scalar(varianceEpsilon)));
      const factor = g.mul(optional('scale') ?? g.scalar(1), g.unary('Reciprocal', deviation));
      const y = g.mul(factor, g.sub(input('x'), input('mean')));
      return g.add(optional('offset') ?? g.scalar(0), y);
    },
    tensorflow: ({ g, input, optional, output, attrs }) => {
      const variance = input('variance');
      const { varianceEpsilon } = attrs<tfjs.FusedBatchNormAttrs>();
      const shifted = g.op('AddV2', [variance, g.scalar(varianceEpsilon)], variance);
      const [scale, offset] = [optional('scale'), optional('offset')];
      const deviation = g.op('Rsqrt', [shifted], variance);
      const factor = scale ? g.op('Mul', [deviation, scale], scale) : deviation;
      const y = g.op('Mul', [g.op('Sub', [input('x'), input('mean')], output), factor], output);
      return offset ? g.op('AddV2', [y, offset], output) : y;
    },
  },
};

/** Kernels that compute each number of their output from those in the same place of their inputs. */
export const elementwise: Kernels = { ...arithmetic, ...truths, ...constants, ...activations };
