import type * as tfjs from '@tensorflow/tfjs';
import type { DType, Shape } from './graph.ts';
import { sizeOf } from './graph.ts';
import { tf } from './tf.ts';

/** What a kernel's rule is told about one call: shapes and types of the tensors, never their values. */
export interface CallSite {
  shape(input: string): Shape;
  dtype(input: string): DType;
  /** The inputs in their order, for kernels that take a list. */
  readonly list: readonly { readonly shape: Shape; readonly dtype: DType }[];
  /** The kernel's attributes as tfjs declares them; the rule names the type, for tfjs passes them untyped. */
  attrs<Attrs>(): Attrs;
}

/** Shape and type of a kernel's one output. */
export interface KernelRule {
  shape(call: CallSite): Shape;
  dtype(call: CallSite): DType;
}

const numeric = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

const elementwise: KernelRule = {
  shape: (c) => c.shape('x'),
  dtype: (c) => numeric(c.dtype('x')),
};
const broadcast: KernelRule = {
  shape: (c) => tf.backend_util.assertAndGetBroadcastShape([...c.shape('a')], [...c.shape('b')]),
  dtype: (c) => numeric(c.dtype('a')),
};
const comparison: KernelRule = { ...broadcast, dtype: () => 'bool' };

/** Shape of `x` without the reduced axes, or with 1 in their place. */
const reduction: KernelRule = {
  shape: (c) => {
    const { axis, keepDims } = c.attrs<tfjs.SumAttrs>();
    const axes = tf.util.parseAxisParam(axis, [...c.shape('x')]);
    return c.shape('x').flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
  },
  dtype: (c) => numeric(c.dtype('x')),
};

/** `[..., m, k] · [..., k, n]`, either side transposed, batch dimensions broadcast. */
const matMul: KernelRule = {
  shape: (c) => {
    const { transposeA, transposeB } = c.attrs<tfjs.BatchMatMulAttrs>();
    const [a, b] = [c.shape('a'), c.shape('b')];
    const batch = tf.backend_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
    return [...batch, a.at(transposeA ? -1 : -2)!, b.at(transposeB ? -2 : -1)!];
  },
  dtype: (c) => c.dtype('a'),
};

/** `x [n, h, w, in]` with `filter [kh, kw, in, out]`. */
const conv2d: KernelRule = {
  shape: (c) => conv2dInfo(c.shape('x'), c.shape('filter'), c.attrs<tfjs.Conv2DAttrs>()).outShape,
  dtype: (c) => c.dtype('x'),
};

const shaped = (input: string, shape: KernelRule['shape']): KernelRule => ({
  shape,
  dtype: (c) => c.dtype(input),
});

/** tfjs's own geometry of a convolution. @throws Error for another layout than NHWC. */
export function conv2dInfo(x: Shape, filter: Shape, attrs: Omit<tfjs.Conv2DAttrs, 'dimRoundingMode'>) {
  if (attrs.dataFormat !== 'NHWC')
    throw new Error(`a convolution's data format is ${attrs.dataFormat}, and only NHWC is compiled`);
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    (attrs as tfjs.Conv2DAttrs).dimRoundingMode,
  );
}

const table = (names: readonly string[], rule: KernelRule) => names.map((name) => [name, rule] as const);

/** Every kernel that a step may call. Its place in the compiler is completed by a rule in `lower/`. */
export const kernels: ReadonlyMap<string, KernelRule> = new Map<string, KernelRule>([
  ...table(['Neg', 'Abs', 'Sign', 'Floor', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Exp'], elementwise),
  ...table(['Log', 'Log1p', 'Relu', 'LeakyRelu', 'Elu', 'Tanh', 'Sigmoid', 'Softplus', 'Step'], elementwise),
  ...table(['ClipByValue', 'ZerosLike', 'OnesLike', 'FusedBatchNorm'], elementwise),
  ...table(
    ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'],
    broadcast,
  ),
  ...table(['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd'], comparison),
  ['Sum', reduction],
  ['Mean', { ...reduction, dtype: () => 'float32' }],
  ...table(['BatchMatMul', '_FusedMatMul'], matMul),
  ...table(['Conv2D', 'FusedConv2D'], conv2d),
  ['Conv2DBackpropInput', shaped('dy', (c) => c.attrs<tfjs.Conv2DBackpropInputAttrs>().inputShape)],
  ['Conv2DBackpropFilter', shaped('dy', (c) => c.attrs<tfjs.Conv2DBackpropFilterAttrs>().filterShape)],
  ['Cast', { shape: (c) => c.shape('x'), dtype: (c) => c.attrs<{ dtype: DType }>().dtype }],
  [
    'Fill',
    {
      shape: (c) => c.attrs<{ shape: Shape }>().shape,
      dtype: (c) => c.attrs<{ dtype: DType }>().dtype ?? 'float32',
    },
  ],
  ['Select', shaped('t', (c) => c.shape('t'))],
  [
    'Reshape',
    shaped('x', (c) =>
      tf.util.inferFromImplicitShape([...c.attrs<tfjs.ReshapeAttrs>().shape], sizeOf(c.shape('x'))),
    ),
  ],
  [
    'ExpandDims',
    shaped('input', (c) => {
      const { dim } = c.attrs<tfjs.ExpandDimsAttrs>();
      return c.shape('input').toSpliced(dim < 0 ? c.shape('input').length + dim + 1 : dim, 0, 1);
    }),
  ],
  ['Transpose', shaped('x', (c) => c.attrs<tfjs.TransposeAttrs>().perm.map((p) => c.shape('x')[p]!))],
  ['Tile', shaped('x', (c) => c.shape('x').map((d, i) => d * c.attrs<tfjs.TileAttrs>().reps[i]!))],
  ['Slice', shaped('x', (c) => sliceRange(c).size)],
  [
    'PadV2',
    shaped('x', (c) => {
      const { paddings } = c.attrs<tfjs.PadV2Attrs>();
      return c.shape('x').map((d, i) => d + paddings[i]![0] + paddings[i]![1]);
    }),
  ],
  ['AddN', { shape: (c) => c.list[0]!.shape, dtype: (c) => c.list[0]!.dtype }],
  [
    'Concat',
    {
      shape: (c) => {
        const first = c.list[0]!.shape;
        const axis = tf.util.parseAxisParam(c.attrs<tfjs.ConcatAttrs>().axis, [...first])[0]!;
        return first.with(
          axis,
          c.list.reduce((sum, { shape }) => sum + shape[axis]!, 0),
        );
      },
      dtype: (c) => c.list[0]!.dtype,
    },
  ],
]);

/** A slice's begin and size with tfjs's shorthands (a number, a missing tail, −1 for the rest) written out. */
export function sliceRange(call: CallSite): { begin: number[]; size: number[] } {
  const { begin, size } = call.attrs<tfjs.SliceAttrs>();
  const shape = [...call.shape('x')];
  const [from, extent] = tf.slice_util.parseSliceParams({ shape } as tfjs.TensorInfo as never, begin, size);
  return { begin: from!, size: extent! };
}
