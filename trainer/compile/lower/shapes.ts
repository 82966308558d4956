import type * as tfjs from '@tensorflow/tfjs';
import { strip } from '../expr.ts';
import { sliceRange } from '../kernels.ts';
import type { LoweringRule } from './rule.ts';

/** Kernels that move values without computing. */
export const shapes: Readonly<Record<string, LoweringRule>> = {
  Reshape: ({ g, expr, shape, output }) => {
    const x = expr('x');
    return x.scalar !== undefined ? x : g.reshape(g.full(x, shape('x')), strip(output));
  },
  ExpandDims: ({ g, expr, shape, output }) => {
    const x = expr('input');
    return x.scalar !== undefined ? x : g.reshape(g.full(x, shape('input')), strip(output));
  },
  Transpose: ({ g, expr, shape, output, attrs }) => {
    const x = expr('x');
    if (x.scalar !== undefined) return x;
    return g.reshape(g.transpose(g.full(x, shape('x')), attrs<tfjs.TransposeAttrs>().perm), strip(output));
  },
  // Repeating along dimensions that broadcast anyway costs nothing.
  Tile: ({ g, expr, shape, output, attrs }) => {
    const x = expr('x');
    const { reps } = attrs<tfjs.TileAttrs>();
    const repeated = (i: number) => reps[i] !== 1 && (x.shape.at(i - output.length) ?? 1) !== 1;
    if (!output.some((_, i) => repeated(i))) return x;
    return g.reshape(g.node('Tile', [g.full(x, shape('x')), g.integers(reps)], output), strip(output));
  },
  Slice: (call) => {
    const { g, expr, shape, output } = call;
    const x = expr('x');
    if (x.scalar !== undefined) return x;
    const { begin, size } = sliceRange(call);
    const ends = begin.map((from, i) => from + size[i]!);
    const whole = g.full(x, shape('x'));
    return g.reshape(g.node('Slice', [whole, g.integers(begin), g.integers(ends)], output), strip(output));
  },
  PadV2: ({ g, expr, shape, output, attrs }) => {
    const { paddings, constantValue } = attrs<tfjs.PadV2Attrs>();
    const pads = g.integers([...paddings.map((p) => p[0]), ...paddings.map((p) => p[1])]);
    const padded = g.node('Pad', [g.full(expr('x'), shape('x')), pads, g.scalar(constantValue)], output);
    return g.reshape(padded, strip(output));
  },
  Concat: ({ g, exprs, list, output, attrs }) => {
    const axis = attrs<tfjs.ConcatAttrs>().axis;
    const whole = exprs.map((x, i) => g.full(x, list[i]!.shape));
    return g.reshape(
      g.node('Concat', whole, output, { axis: axis < 0 ? axis + output.length : axis }),
      strip(output),
    );
  },
};
