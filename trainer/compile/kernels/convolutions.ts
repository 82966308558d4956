import type * as tfjs from '@tensorflow/tfjs';
import type { Builder, Expr } from '../expr.ts';
import { type Shape, sizeOf } from '../graph.ts';
import type { TfAttributes } from '../graph-def.ts';
import {
  type ConvolutionAttrs,
  conv2dInfo,
  type Geometry,
  geometry,
  mirrored,
  outside,
  sources,
  taps,
} from './im2col.ts';
import type { Kernel, Kernels, Lowering, TensorFlowCall } from './kernel.ts';
import { activate, finish, splitBias, unlessZero } from './products.ts';

// A convolution is one matrix product over gathered windows. The runtime's own convolutions want channels
// first and are slower at these sizes; a Gather with constant indices moves whole rows of channels.

/** An operand in its full shape: regrouping dimensions is right only where none is left to broadcasting. */
const whole = ({ g, input, shape }: Lowering, name: string): Expr => g.full(input(name), shape(name));

/** All input positions of a batch: [n, h·w, channels]. */
const positions = (g: Builder, x: Expr, { batch, input }: Geometry) =>
  g.reshape(x, [batch, input[0] * input[1], input[2]]);

/** `x [n, p, c]` with a row of zeros behind the last position, for `outside` to point at. */
const withZeros = (g: Builder, x: Expr) => {
  const [n, p, c] = x.shape as [number, number, number];
  return g.node('Pad', [x, g.integers([0, 0, 0, 0, 1, 0])], [n, p + 1, c]);
};

/** Rows of `x [n, p, c]` at constant positions: [n, places, c]. */
function gatherPositions(g: Builder, x: Expr, places: readonly number[]): Expr {
  const [n, p, c] = x.shape as [number, number, number];
  const padded = places.includes(outside) ? withZeros(g, x) : x;
  const indices = places.map((place) => (place === outside ? p : place));
  if (c > 1) return g.gather(padded, indices, 1);
  // One channel: a row would be a single number, so the batch is put last and rows are n long.
  const byPosition = g.transpose(g.reshape(padded, padded.shape.slice(0, 2)), [1, 0]);
  return g.reshape(g.transpose(g.gather(byPosition, indices, 0), [1, 0]), [n, indices.length, 1]);
}

/** The windows that the kernel sees, one a row: [n·oh·ow, kh·kw·in]. */
function windows(g: Builder, x: Expr, geo: Geometry): Expr {
  const { batch, input, output, kernel } = geo;
  const rows = gatherPositions(g, positions(g, x, geo), taps(geo));
  return g.reshape(rows, [batch * output[0] * output[1], kernel[0] * kernel[1] * input[2]]);
}

const outputMatrix = (g: Builder, dy: Expr, { batch, output }: Geometry) =>
  g.reshape(dy, [batch * output[0] * output[1], output[2]]);

/** The filter as a matrix: [kh·kw·in, out]. */
const filterMatrix = (g: Builder, filter: Expr, { kernel, input, output }: Geometry) =>
  g.reshape(filter, [kernel[0] * kernel[1] * input[2], output[2]]);

/** y [n, oh, ow, out] = windows(x) · filter. */
const convolve = (g: Builder, geo: Geometry, x: Expr, filter: Expr, bias?: Expr): Expr =>
  g.reshape(g.gemm(windows(g, x, geo), filterMatrix(g, filter, geo), { bias }), [geo.batch, ...geo.output]);

/** d filter [kh, kw, in, out] = windows(x)ᵀ · dy. */
function filterGradient(g: Builder, geo: Geometry, x: Expr, dy: Expr): Expr {
  const rows = windows(g, x, geo);
  const outputs = outputMatrix(g, dy, geo);
  // Transposing the narrower matrix beforehand is quicker than a product with a transposed side.
  const filter =
    rows.shape[1]! <= outputs.shape[1]!
      ? g.gemm(transposed(g, rows), outputs)
      : transposed(g, g.gemm(transposed(g, outputs), rows));
  return g.reshape(filter, [...geo.kernel, geo.input[2], geo.output[2]]);
}

/**
 * Whether a convolution is to be computed as its mirror image. Windows repeat what they are cut from as often as the
 * kernel has elements: 7 × 7 windows of 128 channels need gigabytes, and those of the one channel that comes out little.
 */
const fewerOut = ({ strides, input, output }: Geometry) =>
  strides[0] === 1 && strides[1] === 1 && output[2] < input[2];

/** The filter [kh, kw, in, out] of the mirror image: turned by half a circle, [kh, kw, out, in]. */
function mirroredFilter(g: Builder, filter: Expr, { kernel, input, output }: Geometry): Expr {
  const size = kernel[0] * kernel[1];
  const elements = g.reshape(filter, [size, input[2], output[2]]);
  const backwards = Array.from({ length: size }, (_, i) => size - 1 - i);
  const turned = g.transpose(g.gather(elements, backwards, 0), [0, 2, 1]);
  return g.reshape(turned, [...kernel, output[2], input[2]]);
}

function forward(call: Lowering): Expr {
  const { g, shape, attrs } = call;
  const geo = geometry(conv2dInfo(shape('x'), shape('filter'), attrs()));
  const [x, filter] = [whole(call, 'x'), whole(call, 'filter')];
  const { bias, rest } = splitBias(call);
  if (!fewerOut(geo)) {
    const y = convolve(g, geo, x, filter, bias);
    return activate(call, rest ? g.add(y, rest) : y);
  }
  const y = transposedConvolution(g, mirrored(geo), x, mirroredFilter(g, filter, geo));
  const added = [bias, rest].filter((term) => term !== undefined);
  return activate(
    call,
    added.reduce((sum, term) => g.add(sum, term), y),
  );
}

function backwardFilter(call: Lowering): Expr {
  const { g, shape, attrs } = call;
  const { filterShape, ...rest } = attrs<tfjs.Conv2DBackpropFilterAttrs & ConvolutionAttrs>();
  const geo = geometry(conv2dInfo(shape('x'), filterShape, rest));
  const [x, dy] = [whole(call, 'x'), whole(call, 'dy')];
  if (!fewerOut(geo)) return filterGradient(g, geo, x, dy);
  const mirror = mirrored(geo);
  return mirroredFilter(g, filterGradient(g, mirror, dy, x), mirror);
}

/** As three dimensions, or the runtime would fuse the transposition back into the product. */
const transposed = (g: Builder, x: Expr) => {
  const [m, n] = x.shape as [number, number];
  return g.reshape(g.transpose(g.reshape(x, [1, m, n]), [0, 2, 1]), [n, m]);
};

/** Above this many multiply-adds a sample and channel, summing by a 0/1 matrix costs more than it saves. */
const largestSumMatrix = 8192;

function backwardInput(call: Lowering): Expr {
  const { g, shape, attrs } = call;
  const { inputShape, ...rest } = attrs<tfjs.Conv2DBackpropInputAttrs & ConvolutionAttrs>();
  const geo = geometry(conv2dInfo(inputShape, shape('filter'), rest));
  const [dy, filter] = [whole(call, 'dy'), whole(call, 'filter')];
  if (fewerOut(geo)) return convolve(g, mirrored(geo), dy, mirroredFilter(g, filter, geo));
  return transposedConvolution(g, geo, dy, filter);
}

/**
 * dx [n, h, w, in]: dy · filterᵀ gives what each output position adds to each place of its window; every
 * input position then sums the places that see it. Also the forward pass of a transposed convolution.
 */
function transposedConvolution(g: Builder, geo: Geometry, given: Expr, kernelOf: Expr): Expr {
  const { batch, input, output, kernel } = geo;
  const [positionCount, outputCount, kernelSize] = [
    input[0] * input[1],
    output[0] * output[1],
    kernel[0] * kernel[1],
  ];
  const shape = [batch, ...input];
  const seenBy = sources(geo);
  const filter = filterMatrix(g, kernelOf, geo);
  const contributions = (rows: Expr) =>
    g.reshape(g.gemm(g.reshape(rows, [batch * rows.shape[1]!, output[2]]), filter, { transB: true }), [
      batch,
      rows.shape[1]! * kernelSize,
      input[2],
    ]);
  const dy = g.reshape(given, [batch, outputCount, output[2]]);
  const places = outputCount * kernelSize;

  if (places === positionCount && seenBy.every((list, i) => list.length === 1 && list[0] === i))
    return g.reshape(contributions(dy), shape);

  if (input[2] > 1 && positionCount * places <= largestSumMatrix) {
    const sums = new Float32Array(positionCount * places);
    seenBy.forEach((list, position) => {
      for (const place of list) sums[position * places + place] = 1;
    });
    const matrix = g.tensor(sums, [positionCount, places]);
    return g.reshape(g.node('MatMul', [matrix, contributions(dy)], [batch, positionCount, input[2]]), shape);
  }

  const all = contributions(dy);
  if (input[2] > 1) return g.reshape(sumOfPlaces(g, all, seenBy, 1), shape);
  // One channel: batch last, as in `gatherPositions`.
  const byPlace = g.transpose(g.reshape(all, [batch, places]), [1, 0]);
  return g.reshape(g.transpose(sumOfPlaces(g, byPlace, seenBy, 0), [1, 0]), shape);
}

/**
 * For every position, the sum of the places of `x` along `axis` that are listed for it. Positions with equally
 * long lists are summed together, so that nothing is added that is not there: with a stride of 2, most
 * positions are seen by one or two windows and few by four.
 */
function sumOfPlaces(g: Builder, x: Expr, lists: readonly (readonly number[])[], axis: number): Expr {
  const lengths = [...new Set(lists.map((list) => list.length))].sort((a, b) => a - b);
  const groups = lengths.map((length) => ({
    length,
    positions: lists.flatMap((list, position) => (list.length === length ? [position] : [])),
  }));
  const sums = groups.map(({ length, positions }) => {
    if (length === 0) return g.full(g.scalar(0), x.shape.with(axis, positions.length));
    const layers = Array.from({ length }, (_, t) =>
      g.gather(
        x,
        positions.map((p) => lists[p]![t]!),
        axis,
      ),
    );
    // Not g.add, which would view each of these small tensors as a matrix and back.
    return layers.reduce((sum, layer) => g.node('Add', [sum, layer], sum.shape));
  });
  if (sums.length === 1) return sums[0]!;
  const shape = x.shape.with(axis, lists.length);
  const grouped = g.node(
    'Concat',
    sums.map((sum, i) => g.full(sum, shape.with(axis, groups[i]!.positions.length))),
    shape,
    { axis },
  );
  const placeOf = new Map(
    groups.flatMap(({ positions }) => positions).map((position, place) => [position, place]),
  );
  return g.gather(
    grouped,
    lists.map((_, position) => placeOf.get(position)!),
    axis,
  );
}

/** How TensorFlow words a convolution of images of shape `x`. */
function wording(x: Shape, filter: Shape, attrs: ConvolutionAttrs): TfAttributes {
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

const tensorflow = ({ g, input, shape, output, attrs }: TensorFlowCall) =>
  g.op('Conv2D', [input('x'), input('filter')], output, wording(shape('x'), shape('filter'), attrs()));

/** `x [n, h, w, in]` with `filter [kh, kw, in, out]`. */
const conv2d: Kernel = {
  shape: (c) => conv2dInfo(c.shape('x'), c.shape('filter'), c.attrs()).outShape,
  macs: (c, output) => sizeOf(output) * sizeOf(c.shape('filter').slice(0, 3)),
  lower: forward,
  tensorflow,
};

/** Convolutions and their gradients. In a gradient every number of `dy` meets a whole filter of one output channel. */
export const convolutions: Kernels = {
  Conv2D: { ...conv2d, lower: unlessZero(['x', 'filter'], forward) },
  FusedConv2D: { ...conv2d, tensorflow: (call) => finish(call, tensorflow(call)) },
  Conv2DBackpropInput: {
    shape: (c) => c.attrs<tfjs.Conv2DBackpropInputAttrs>().inputShape,
    macs: (c) => sizeOf(c.shape('dy')) * sizeOf(c.shape('filter').slice(0, 3)),
    lower: unlessZero(['dy', 'filter'], backwardInput),
    tensorflow: ({ g, input, shape, output, attrs }) => {
      const { inputShape, ...rest } = attrs<tfjs.Conv2DBackpropInputAttrs & ConvolutionAttrs>();
      const operands = [g.integers(inputShape), input('filter'), input('dy')];
      return g.op('Conv2DBackpropInput', operands, output, wording(inputShape, shape('filter'), rest));
    },
  },
  Conv2DBackpropFilter: {
    shape: (c) => c.attrs<tfjs.Conv2DBackpropFilterAttrs>().filterShape,
    macs: (c, output) => sizeOf(c.shape('dy')) * sizeOf(output.slice(0, 3)),
    lower: unlessZero(['x', 'dy'], backwardFilter),
    tensorflow: ({ g, input, shape, output, attrs }) => {
      const { filterShape, ...rest } = attrs<tfjs.Conv2DBackpropFilterAttrs & ConvolutionAttrs>();
      const operands = [input('x'), g.integers(filterShape), input('dy')];
      return g.op('Conv2DBackpropFilter', operands, output, wording(shape('x'), filterShape, rest));
    },
  },
};
