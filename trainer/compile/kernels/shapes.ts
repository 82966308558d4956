import type * as tfjs from '@tensorflow/tfjs';
import { strip } from '../expr.ts';
import { sizeOf } from '../graph.ts';
import { typed } from '../graph-def.ts';
import { tf } from '../tf.ts';
import type { CallSite, Kernel, Kernels } from './kernel.ts';

/** The numbers of one input, in their order, in another shape. */
const reshaping = (from: string, shape: Kernel['shape']): Kernel => ({
  shape,
  lower: (call) => {
    const x = call.input(from);
    const { g, output } = call;
    return x.scalar !== undefined ? x : g.reshape(g.full(x, call.shape(from)), strip(output.shape));
  },
  tensorflow: ({ g, input, output }) => {
    const x = input(from);
    return g.op('Reshape', [x, g.integers(output.shape)], output);
  },
});

/** A slice's begin and size with tfjs's shorthands (a number, a missing tail, −1 for the rest) written out. */
function sliceRange(call: CallSite): { begin: number[]; size: number[] } {
  const { begin, size } = call.attrs<tfjs.SliceAttrs>();
  const shape = [...call.shape('x')];
  const [from, extent] = tf.slice_util.parseSliceParams({ shape } as tfjs.TensorInfo as never, begin, size);
  return { begin: from!, size: extent! };
}

const concatAxis = ({ list, attrs }: CallSite): number =>
  tf.util.parseAxisParam(attrs<tfjs.ConcatAttrs>().axis, [...list[0]!.shape])[0]!;

/** Kernels that move values without computing. */
export const shapes: Kernels = {
  Reshape: reshaping('x', (c) =>
    tf.util.inferFromImplicitShape([...c.attrs<tfjs.ReshapeAttrs>().shape], sizeOf(c.shape('x'))),
  ),
  ExpandDims: reshaping('input', (c) => {
    const { dim } = c.attrs<tfjs.ExpandDimsAttrs>();
    return c.shape('input').toSpliced(dim < 0 ? c.shape('input').length + dim + 1 : dim, 0, 1);
  }),
  Transpose: {
    shape: (c) => c.attrs<tfjs.TransposeAttrs>().perm.map((p) => c.shape('x')[p]!),
    lower: ({ g, input, shape, output, attrs }) => {
      const x = input('x');
      if (x.scalar !== undefined) return x;
      const { perm } = attrs<tfjs.TransposeAttrs>();
      return g.reshape(g.transpose(g.full(x, shape('x')), perm), strip(output.shape));
    },
    tensorflow: ({ g, input, output, attrs }) =>
      g.op('Transpose', [input('x'), g.integers(attrs<tfjs.TransposeAttrs>().perm)], output),
  },
  Tile: {
    shape: (c) => c.shape('x').map((d, i) => d * c.attrs<tfjs.TileAttrs>().reps[i]!),
    // Repeating along dimensions that broadcast anyway costs nothing.
    lower: ({ g, input, shape, output, attrs }) => {
      const x = input('x');
      const { reps } = attrs<tfjs.TileAttrs>();
      const rank = output.shape.length;
      const repeated = (i: number) => reps[i] !== 1 && (x.shape.at(i - rank) ?? 1) !== 1;
      if (!output.shape.some((_, i) => repeated(i))) return x;
      const tiled = g.node('Tile', [g.full(x, shape('x')), g.integers(reps)], output.shape);
      return g.reshape(tiled, strip(output.shape));
    },
    tensorflow: ({ g, input, output, attrs }) =>
      g.op('Tile', [input('x'), g.integers(attrs<tfjs.TileAttrs>().reps)], output),
  },
  Slice: {
    shape: (c) => sliceRange(c).size,
    lower: (call) => {
      const { g, input, shape, output } = call;
      const x = input('x');
      if (x.scalar !== undefined) return x;
      const { begin, size } = sliceRange(call);
      const ends = begin.map((from, i) => from + size[i]!);
      const whole = g.full(x, shape('x'));
      const cut = g.node('Slice', [whole, g.integers(begin), g.integers(ends)], output.shape);
      return g.reshape(cut, strip(output.shape));
    },
    tensorflow: (call) => {
      const { g, input, output } = call;
      const { begin, size } = sliceRange(call);
      const operands = [input('x'), g.integers(begin), g.integers(size)];
      return g.op('Slice', operands, output, { ...typed(output), Index: { type: 'int32' } });
    },
  },
  PadV2: {
    shape: (c) => {
      const { paddings } = c.attrs<tfjs.PadV2Attrs>();
      return c.shape('x').map((d, i) => d + paddings[i]![0] + paddings[i]![1]);
    },
    lower: ({ g, input, shape, output, attrs }) => {
      const { paddings, constantValue } = attrs<tfjs.PadV2Attrs>();
      const pads = g.integers([...paddings.map((p) => p[0]), ...paddings.map((p) => p[1])]);
      const operands = [g.full(input('x'), shape('x')), pads, g.scalar(constantValue)];
      return g.reshape(g.node('Pad', operands, output.shape), strip(output.shape));
    },
    tensorflow: ({ g, input, output, attrs }) => {
      const { paddings, constantValue } = attrs<tfjs.PadV2Attrs>();
      const widths = g.constant('int32', [paddings.length, 2], { data: Int32Array.from(paddings.flat()) });
      return g.op('PadV2', [input('x'), widths, g.scalar(constantValue, output.dtype)], output);
    },
  },
  Concat: {
    shape: (c) => {
      const axis = concatAxis(c);
      const along = c.list.reduce((sum, { shape }) => sum + shape[axis]!, 0);
      return c.list[0]!.shape.with(axis, along);
    },
    lower: (call) => {
      const { g, inputs, list, output } = call;
      const whole = inputs.map((x, i) => g.full(x, list[i]!.shape));
      const joined = g.node('Concat', whole, output.shape, { axis: concatAxis(call) });
      return g.reshape(joined, strip(output.shape));
    },
    tensorflow: (call) => {
      const { g, inputs, output } = call;
      const operands = [...inputs, g.scalar(concatAxis(call), 'int32')];
      return g.op('ConcatV2', operands, output, { ...typed(output), N: { integer: inputs.length } });
    },
  },
};
