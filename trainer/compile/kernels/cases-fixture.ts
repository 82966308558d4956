import type * as tfjs from '@tensorflow/tfjs';
import fc from 'fast-check';
import { sizeOf } from '../graph.ts';
import { tf } from '../tf.ts';
import type { Specs, Step } from '../trace.ts';

type Shape = number[];
/** For tests: a step and the shapes of its inputs. */
export interface Case {
  readonly specs: Specs;
  readonly step: Step;
}

const side = fc.integer({ min: 1, max: 5 });
const shape = (minLength = 0, maxLength = 4) => fc.array(side, { minLength, maxLength });

const unaryCase = (op: (x: tfjs.Tensor) => tfjs.Tensor) =>
  shape().map((s): Case => ({ specs: { x: s }, step: ({ x }) => ({ y: op(x!) }) }));

/** Two shapes that broadcast: of one whole, each with some dimensions 1 and some leading ones missing. */
const broadcastable = fc
  .tuple(shape(), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), fc.nat(4), fc.nat(4))
  .map(([whole, ones, cutA, cutB]) => {
    const part = (offset: number, cut: number) => whole.map((d, i) => (ones[i + offset] ? 1 : d)).slice(cut);
    return [part(0, cutA), part(4, cutB)] as [Shape, Shape];
  });
const binaryCase = (op: (a: tfjs.Tensor, b: tfjs.Tensor) => tfjs.Tensor) =>
  broadcastable.map(([a, b]): Case => ({ specs: { a, b }, step: (i) => ({ y: op(i.a!, i.b!) }) }));
const comparisonCase = (op: (a: tfjs.Tensor, b: tfjs.Tensor) => tfjs.Tensor) =>
  // A few levels only, so that equal values occur.
  binaryCase((a, b) => tf.cast(op(tf.floor(tf.mul(a, 2)), tf.floor(tf.mul(b, 2))), 'float32'));

const reductionCase = (op: (x: tfjs.Tensor, axes: number[], keep: boolean) => tfjs.Tensor) =>
  fc
    .tuple(shape(1), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([s, picked, keep]): Case => {
      const axes = s.flatMap((_, i) => (picked[i] ? [i] : []));
      return { specs: { x: s }, step: ({ x }) => ({ y: op(x!, axes, keep) }) };
    });

const matMulCase = (op: (a: tfjs.Tensor, b: tfjs.Tensor, tA: boolean, tB: boolean) => tfjs.Tensor) =>
  fc
    .tuple(shape(0, 2), side, side, side, fc.boolean(), fc.boolean())
    .map(([batch, m, k, n, tA, tB]): Case => {
      const a = [...batch, ...(tA ? [k, m] : [m, k])];
      const b = [...batch, ...(tB ? [n, k] : [k, n])];
      return { specs: { a, b }, step: (i) => ({ y: op(i.a!, i.b!, tA, tB) }) };
    });

const padding = fc.constantFrom('valid' as const, 'same' as const);
const geometry = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 3, max: 7 }),
    width: fc.integer({ min: 3, max: 7 }),
    inChannels: fc.integer({ min: 1, max: 3 }),
    outChannels: fc.integer({ min: 1, max: 3 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: padding,
  })
  .map((g) => {
    const x: Shape = [g.batch, g.height, g.width, g.inChannels];
    const filter: Shape = [...g.kernel, g.inChannels, g.outChannels];
    const out = (size: number, kernel: number, stride: number) =>
      g.pad === 'same' ? Math.ceil(size / stride) : Math.ceil((size - kernel + 1) / stride);
    const dy: Shape = [
      g.batch,
      out(g.height, g.kernel[0], g.stride[0]),
      out(g.width, g.kernel[1], g.stride[1]),
      g.outChannels,
    ];
    return { x, filter, dy, stride: g.stride, pad: g.pad };
  });
type Geometry = typeof geometry extends fc.Arbitrary<infer T> ? T : never;
const convolutionCase = (make: (g: Geometry) => Case) => geometry.map(make);
const conv = (x: tfjs.Tensor, filter: tfjs.Tensor, { stride, pad }: Geometry) =>
  tf.conv2d(x as tfjs.Tensor4D, filter as tfjs.Tensor4D, stride, pad);

const permutation = (rank: number) =>
  fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank });

/** For tests: how each kernel is reached from tfjs's public operations. */
export const cases: Record<string, fc.Arbitrary<Case>> = {
  Neg: unaryCase((x) => tf.neg(x)),
  Abs: unaryCase((x) => tf.abs(x)),
  Sign: unaryCase((x) => tf.sign(x)),
  Floor: unaryCase((x) => tf.floor(tf.mul(x, 3.7))),
  Square: unaryCase((x) => tf.square(x)),
  Sqrt: unaryCase((x) => tf.sqrt(tf.abs(x))),
  Rsqrt: unaryCase((x) => tf.rsqrt(tf.add(tf.abs(x), 0.1))),
  Reciprocal: unaryCase((x) => tf.reciprocal(tf.add(tf.abs(x), 0.1))),
  Exp: unaryCase((x) => tf.exp(x)),
  Log: unaryCase((x) => tf.log(tf.add(tf.abs(x), 0.1))),
  Log1p: unaryCase((x) => tf.log1p(tf.abs(x))),
  Relu: unaryCase((x) => tf.relu(x)),
  LeakyRelu: fc
    .tuple(shape(), fc.double({ min: 0, max: 0.9, noNaN: true }))
    .map(([s, alpha]): Case => ({ specs: { x: s }, step: ({ x }) => ({ y: tf.leakyRelu(x!, alpha) }) })),
  Elu: unaryCase((x) => tf.elu(x)),
  Tanh: unaryCase((x) => tf.tanh(x)),
  Sigmoid: unaryCase((x) => tf.sigmoid(x)),
  Softplus: unaryCase((x) => tf.softplus(tf.mul(x, 30))),
  Step: fc
    .tuple(shape(), fc.constantFrom(-1, 0, 0.25, 2))
    .map(([s, alpha]): Case => ({ specs: { x: s }, step: ({ x }) => ({ y: tf.step(x!, alpha) }) })),
  ClipByValue: unaryCase((x) => tf.clipByValue(x, -0.5, 0.25)),
  ZerosLike: unaryCase((x) => tf.add(x, tf.zerosLike(x))),
  OnesLike: unaryCase((x) => tf.add(x, tf.onesLike(x))),
  Cast: unaryCase((x) => tf.cast(tf.cast(tf.mul(x, 5), 'int32'), 'float32')),
  Fill: unaryCase((x) => tf.add(x, tf.fill(x.shape, 2.5))),
  FusedBatchNorm: fc
    .tuple(shape(3, 3), side, fc.boolean(), fc.boolean())
    .map(([s, channels, hasOffset, hasScale]): Case => {
      const vector = [channels];
      return {
        specs: { x: [...s, channels], mean: vector, variance: vector, offset: vector, scale: vector },
        step: (i) => ({
          y: tf.batchNorm(
            i.x!,
            i.mean as tfjs.Tensor1D,
            tf.abs(i.variance as tfjs.Tensor1D),
            hasOffset ? (i.offset as tfjs.Tensor1D) : undefined,
            hasScale ? (i.scale as tfjs.Tensor1D) : undefined,
            1e-3,
          ),
        }),
      };
    }),
  Add: binaryCase(tf.add),
  Sub: binaryCase(tf.sub),
  Multiply: binaryCase(tf.mul),
  RealDiv: binaryCase((a, b) => tf.div(a, tf.add(tf.abs(b), 0.1))),
  Maximum: binaryCase(tf.maximum),
  Minimum: binaryCase(tf.minimum),
  Pow: binaryCase((a, b) => tf.pow(tf.add(tf.abs(a), 0.1), b)),
  SquaredDifference: binaryCase(tf.squaredDifference),
  Greater: comparisonCase(tf.greater),
  GreaterEqual: comparisonCase(tf.greaterEqual),
  Less: comparisonCase(tf.less),
  LessEqual: comparisonCase(tf.lessEqual),
  LogicalAnd: comparisonCase((a, b) => tf.logicalAnd(tf.greater(a, 0), tf.less(b, 0))),
  Select: shape().map(
    (s): Case => ({
      specs: { condition: s, a: s, b: s },
      step: (i) => ({ y: tf.where(tf.greater(i.condition!, 0), i.a!, i.b!) }),
    }),
  ),
  Sum: reductionCase((x, axes, keep) => tf.sum(x, axes, keep)),
  Mean: reductionCase((x, axes, keep) => tf.mean(x, axes, keep)),
  BatchMatMul: matMulCase((a, b, tA, tB) => tf.matMul(a, b, tA, tB)),
  _FusedMatMul: matMulCase((a, b, transposeA, transposeB) => {
    const bias = tf.fill([transposeB ? b.shape.at(-2)! : b.shape.at(-1)!], 0.3);
    return tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation: 'relu' });
  }),
  Conv2D: convolutionCase((g) => ({
    specs: { x: g.x, filter: g.filter },
    step: (i) => ({ y: conv(i.x!, i.filter!, g) }),
  })),
  FusedConv2D: convolutionCase((g) => ({
    specs: { x: g.x, filter: g.filter, bias: [g.filter[3]!] },
    step: (i) => ({
      y: tf.fused.conv2d({
        x: i.x as tfjs.Tensor4D,
        filter: i.filter as tfjs.Tensor4D,
        strides: g.stride,
        pad: g.pad,
        bias: i.bias!,
        activation: 'leakyrelu',
        leakyreluAlpha: 0.1,
      }),
    }),
  })),
  Conv2DBackpropInput: convolutionCase((g) => ({
    specs: { dy: g.dy, filter: g.filter },
    step: (i) => ({
      y: tf.conv2dTranspose(
        i.dy as tfjs.Tensor4D,
        i.filter as tfjs.Tensor4D,
        g.x as [number, number, number, number],
        g.stride,
        g.pad,
      ),
    }),
  })),
  Conv2DBackpropFilter: convolutionCase((g) => ({
    specs: { x: g.x, filter: g.filter },
    step: (i) => ({ y: tf.grad((filter) => tf.square(conv(i.x!, filter, g)))(i.filter!) }),
  })),
  Reshape: fc.tuple(shape(), fc.boolean()).map(
    ([s, split]): Case => ({
      specs: { x: s },
      step: ({ x }) => ({ y: tf.neg(tf.reshape(x!, split ? [1, sizeOf(s), 1] : [-1])) }),
    }),
  ),
  ExpandDims: fc.tuple(shape(), fc.nat(4)).map(
    ([s, axis]): Case => ({
      specs: { x: s },
      step: ({ x }) => ({ y: tf.expandDims(x!, Math.min(axis, s.length)) }),
    }),
  ),
  Transpose: shape(2).chain((s) =>
    permutation(s.length).map(
      (perm): Case => ({ specs: { x: s }, step: ({ x }) => ({ y: tf.transpose(x!, perm) }) }),
    ),
  ),
  Tile: fc.tuple(shape(1), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 })).map(
    ([s, reps]): Case => ({
      specs: { x: s },
      step: ({ x }) => ({ y: tf.tile(x!, reps.slice(0, s.length)) }),
    }),
  ),
  Slice: fc.tuple(shape(1), fc.nat(), fc.boolean()).map(([s, start, rest]): Case => {
    const begin = s.map((d) => start % d);
    const size = s.map((d, i) => (rest ? -1 : Math.max(1, d - begin[i]! - 1)));
    return { specs: { x: s }, step: ({ x }) => ({ y: tf.slice(x!, begin, size) }) };
  }),
  PadV2: fc.tuple(shape(1), fc.nat(2), fc.nat(2)).map(
    ([s, before, after]): Case => ({
      specs: { x: s },
      step: ({ x }) => ({
        y: tf.pad(
          x!,
          s.map((): [number, number] => [before, after]),
          0.5,
        ),
      }),
    }),
  ),
  AddN: shape().map(
    (s): Case => ({ specs: { a: s, b: s, c: s }, step: (i) => ({ y: tf.addN([i.a!, i.b!, i.c!]) }) }),
  ),
  Concat: fc.tuple(shape(1), fc.nat(3), side).map(([s, axis, other]): Case => {
    const along = axis % s.length;
    const specs = { a: s, b: s.with(along, other) };
    return { specs, step: (i) => ({ y: tf.concat([i.a!, i.b!], along) }) };
  }),
};
