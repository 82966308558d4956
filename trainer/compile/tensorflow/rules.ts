import type * as tfjs from '@tensorflow/tfjs';
import type { Shape } from '../graph.ts';
import { type CallSite, conv2dInfo, sliceRange } from '../kernels.ts';
import { tf } from '../tf.ts';
import type { TfAttributes } from './graph-def.ts';
import type { NodeWriter, Ref, Typed } from './node-writer.ts';

/** One kernel call, with the operations that its inputs were written as. */
export interface TfCall extends CallSite {
  readonly g: NodeWriter;
  readonly output: Typed;
  input(name: string): Ref;
  optional(name: string): Ref | undefined;
  /** The inputs in their order, for kernels that take a list. */
  readonly inputs: readonly Ref[];
}
export type TfRule = (call: TfCall) => Ref;

/** An operation over numbers of one type; TensorFlow does no arithmetic on truths. */
const unary =
  (op: string): TfRule =>
  ({ g, input, output }) =>
    g.op(op, [g.cast(input('x'), output.dtype)], output);
const binary =
  (op: string): TfRule =>
  ({ g, input, output }) =>
    g.op(op, [g.cast(input('a'), output.dtype), g.cast(input('b'), output.dtype)], output);
const comparison =
  (op: string): TfRule =>
  ({ g, input, output }) => {
    const numbers = [input('a'), input('b')].map((x) => g.cast(x, x.dtype === 'bool' ? 'int32' : x.dtype));
    return g.op(op, numbers, output, { T: { type: numbers[0]!.dtype } });
  };
const reduction =
  (op: string): TfRule =>
  ({ g, input, output, attrs }) => {
    const x = g.cast(input('x'), output.dtype);
    const { axis, keepDims } = attrs<tfjs.SumAttrs>();
    const axes = g.integers(tf.util.parseAxisParam(axis, [...x.shape]));
    return g.op(op, [x, axes], output, { T: { type: x.dtype }, keep_dims: { flag: keepDims } });
  };
const filled =
  (value: (call: TfCall) => number): TfRule =>
  (call) =>
    call.g.constant(call.output.dtype, call.output.shape, { fill: value(call) });

const reshape =
  (input: string): TfRule =>
  (call) => {
    const x = call.input(input);
    return call.g.op('Reshape', [x, call.g.integers(call.output.shape)], call.output, typed(x));
  };
const typed = ({ dtype }: Typed): TfAttributes => ({ T: { type: dtype } });

/** `a [..., m, k] · b [..., k, n]`. */
function matMul({ g, input, output, attrs }: TfCall): Ref {
  const { transposeA, transposeB } = attrs<tfjs.BatchMatMulAttrs>();
  const [a, b] = [input('a'), input('b')];
  const [first, second] = [{ flag: transposeA }, { flag: transposeB }];
  // The plain product is the one that TensorFlow fuses and hands to its fastest kernels.
  return output.shape.length === 2
    ? g.op('MatMul', [a, b], output, { ...typed(a), transpose_a: first, transpose_b: second })
    : g.op('BatchMatMulV2', [a, b], output, { ...typed(a), adj_x: first, adj_y: second });
}

/** The bias and the activation that tfjs fuses into a product or a convolution. */
function finish(call: TfCall, product: Ref): Ref {
  const { g, optional, output, attrs } = call;
  const { activation = 'linear', leakyreluAlpha = 0.2 } = attrs<Partial<tfjs.FusedConv2DAttrs>>();
  const op = { linear: '', relu: 'Relu', sigmoid: 'Sigmoid', elu: 'Elu', leakyrelu: 'LeakyRelu' }[
    activation as string
  ];
  if (op === undefined) throw new Error(`the fused activation ${activation} is not compiled`);
  const bias = optional('bias');
  const y = bias ? g.op('AddV2', [product, bias], output) : product;
  if (op === '') return y;
  return g.op(
    op,
    [y],
    output,
    op === 'LeakyRelu' ? { ...typed(y), alpha: { float: leakyreluAlpha } } : typed(y),
  );
}

type ConvolutionAttrs = Omit<tfjs.Conv2DAttrs, 'dimRoundingMode'>;

/** How TensorFlow words a convolution of images of shape `x`. */
function geometry(x: Shape, filter: Shape, attrs: ConvolutionAttrs): TfAttributes {
  const info = conv2dInfo(x, filter, attrs);
  const { type, top, bottom, left, right } = info.padInfo;
  const named = type === 'SAME' || type === 'VALID';
  return {
    T: { type: 'float32' },
    strides: { integers: [1, info.strideHeight, info.strideWidth, 1] },
    dilations: { integers: [1, info.dilationHeight, info.dilationWidth, 1] },
    padding: { text: named ? type : 'EXPLICIT' },
    ...(named ? {} : { explicit_paddings: { integers: [0, 0, top, bottom, left, right, 0, 0] } }),
  };
}

const conv2d: TfRule = (call) => {
  const [x, filter] = [call.input('x'), call.input('filter')];
  return call.g.op('Conv2D', [x, filter], call.output, geometry(x.shape, filter.shape, call.attrs()));
};

/** How every kernel is written as TensorFlow operations: tfjs named most of its kernels after them. */
export const tensorflowRules: ReadonlyMap<string, TfRule> = new Map<string, TfRule>([
  ...['Neg', 'Abs', 'Sign', 'Floor', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Exp', 'Log', 'Log1p'].map(
    same,
  ),
  ...['Relu', 'Elu', 'Tanh', 'Sigmoid', 'Softplus'].map(same),
  [
    'LeakyRelu',
    ({ g, input, output, attrs }) => {
      const { alpha } = attrs<tfjs.LeakyReluAttrs>();
      return g.op('LeakyRelu', [input('x')], output, { ...typed(output), alpha: { float: alpha } });
    },
  ],
  [
    'Step',
    ({ g, input, output, attrs }) => {
      const x = g.cast(input('x'), 'float32');
      const positive = g.op('Greater', [x, g.scalar(0)], { shape: x.shape, dtype: 'bool' }, typed(x));
      const step = g.op(
        'SelectV2',
        [positive, g.scalar(1), g.scalar(attrs<tfjs.StepAttrs>().alpha)],
        x,
        typed(x),
      );
      // tfjs lets what is not a number through.
      const unknown = g.op('IsNan', [x], { shape: x.shape, dtype: 'bool' }, typed(x));
      return g.cast(g.op('SelectV2', [unknown, x, step], x, typed(x)), output.dtype);
    },
  ],
  [
    'ClipByValue',
    ({ g, input, output, attrs }) => {
      const { clipValueMin, clipValueMax } = attrs<tfjs.ClipByValueAttrs>();
      const bounds = [g.scalar(clipValueMin, output.dtype), g.scalar(clipValueMax, output.dtype)];
      return g.op('ClipByValue', [input('x'), ...bounds], output);
    },
  ],
  ['Cast', ({ g, input, output }) => g.cast(input('x'), output.dtype)],
  ['ZerosLike', filled(() => 0)],
  ['OnesLike', filled(() => 1)],
  ['Fill', filled(({ attrs }) => Number(attrs<tfjs.FillAttrs>().value))],
  [
    'FusedBatchNorm',
    ({ g, input, optional, output, attrs }) => {
      const variance = input('variance');
      const { varianceEpsilon } = attrs<tfjs.FusedBatchNormAttrs>();
      const shifted = g.op('AddV2', [variance, g.scalar(varianceEpsilon)], variance);
      const [scale, offset] = [optional('scale'), optional('offset')];
      const deviation = g.op('Rsqrt', [shifted], variance);
      const factor = scale ? g.op('Mul', [deviation, scale], scale) : deviation;
      const y = g.op('Mul', [g.op('Sub', [input('x'), input('mean')], output), factor], output);
      return offset ? g.op('AddV2', [y, offset], output) : y;
    },
  ],

  ['Add', binary('AddV2')],
  ['Sub', binary('Sub')],
  ['Multiply', binary('Mul')],
  ...['RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'].map((op) => [op, binary(op)] as const),
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual'].map((op) => [op, comparison(op)] as const),
  [
    'LogicalAnd',
    ({ g, input, output }) =>
      g.op(
        'LogicalAnd',
        [input('a'), input('b')].map((x) => g.cast(x, 'bool')),
        output,
        {},
      ),
  ],
  [
    'Select',
    ({ g, input, output }) =>
      g.op('SelectV2', [g.cast(input('condition'), 'bool'), input('t'), input('e')], output),
  ],
  [
    'AddN',
    ({ g, inputs, output }) =>
      g.op('AddN', inputs, output, { ...typed(output), N: { integer: inputs.length } }),
  ],

  ['Sum', reduction('Sum')],
  ['Mean', reduction('Mean')],
  ['BatchMatMul', matMul],
  ['_FusedMatMul', (call) => finish(call, matMul(call))],
  ['Conv2D', conv2d],
  ['FusedConv2D', (call) => finish(call, conv2d(call))],
  [
    'Conv2DBackpropInput',
    ({ g, input, output, attrs }) => {
      const { inputShape, ...rest } = attrs<tfjs.Conv2DBackpropInputAttrs & ConvolutionAttrs>();
      const [dy, filter] = [input('dy'), input('filter')];
      return g.op(
        'Conv2DBackpropInput',
        [g.integers(inputShape), filter, dy],
        output,
        geometry(inputShape, filter.shape, rest),
      );
    },
  ],
  [
    'Conv2DBackpropFilter',
    ({ g, input, output, attrs }) => {
      const { filterShape, ...rest } = attrs<tfjs.Conv2DBackpropFilterAttrs & ConvolutionAttrs>();
      const [x, dy] = [input('x'), input('dy')];
      return g.op(
        'Conv2DBackpropFilter',
        [x, g.integers(filterShape), dy],
        output,
        geometry(x.shape, filterShape, rest),
      );
    },
  ],

  ['Reshape', reshape('x')],
  ['ExpandDims', reshape('input')],
  [
    'Transpose',
    ({ g, input, output, attrs }) =>
      g.op('Transpose', [input('x'), g.integers(attrs<tfjs.TransposeAttrs>().perm)], output),
  ],
  [
    'Tile',
    ({ g, input, output, attrs }) =>
      g.op('Tile', [input('x'), g.integers(attrs<tfjs.TileAttrs>().reps)], output),
  ],
  [
    'Slice',
    (call) => {
      const { begin, size } = sliceRange(call);
      const range = [call.g.integers(begin), call.g.integers(size)];
      return call.g.op('Slice', [call.input('x'), ...range], call.output, {
        ...typed(call.output),
        Index: { type: 'int32' },
      });
    },
  ],
  [
    'PadV2',
    ({ g, input, output, attrs }) => {
      const { paddings, constantValue } = attrs<tfjs.PadV2Attrs>();
      const widths = g.constant('int32', [paddings.length, 2], { data: Int32Array.from(paddings.flat()) });
      return g.op('PadV2', [input('x'), widths, g.scalar(constantValue, output.dtype)], output);
    },
  ],
  [
    'Concat',
    ({ g, inputs, output, attrs }) => {
      const axis = tf.util.parseAxisParam(attrs<tfjs.ConcatAttrs>().axis, [...output.shape])[0]!;
      return g.op('ConcatV2', [...inputs, g.scalar(axis, 'int32')], output, {
        ...typed(output),
        N: { integer: inputs.length },
      });
    },
  ],
]);

function same(op: string): readonly [string, TfRule] {
  return [op, unary(op)];
}
