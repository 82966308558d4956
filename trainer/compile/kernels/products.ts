import type * as tfjs from '@tensorflow/tfjs';
import { type Expr, strip } from '../expr.ts';
import { type Shape, sizeOf } from '../graph.ts';
import { type Ref, typed } from '../graph-def.ts';
import { tf } from '../tf.ts';
import type { CallSite, Kernel, Kernels, Lowering, TensorFlowCall } from './kernel.ts';

/**
 * The activation that tfjs fuses into a product or a convolution, by the name and the attributes that it has in ONNX and
 * in TensorFlow; undefined where it is linear.
 */
function fusedActivation({ attrs }: CallSite) {
  const { activation = 'linear', leakyreluAlpha = 0.2 } = attrs<Partial<tfjs.FusedConv2DAttrs>>();
  const op = { linear: '', relu: 'Relu', sigmoid: 'Sigmoid', elu: 'Elu', leakyrelu: 'LeakyRelu' }[
    activation as string
  ];
  if (op === undefined) throw new Error(`the fused activation ${activation} is not compiled`);
  if (op === '') return undefined;
  return op === 'LeakyRelu' ? { op, attrs: { alpha: { float: leakyreluAlpha } } } : { op, attrs: {} };
}

export function activate(call: Lowering, x: Expr): Expr {
  const activation = fusedActivation(call);
  return activation ? call.g.unary(activation.op, x, activation.attrs) : x;
}

/**
 * The fused bias: a vector over the last dimension goes into the product, which adds it for free; one of
 * another shape is added to what the product gives.
 */
export function splitBias({ g, optional, shape, output }: Lowering): { bias?: Expr; rest?: Expr } {
  const bias = optional('bias');
  if (!bias || bias.scalar === 0) return {};
  const width = output.shape.at(-1)!;
  const vector = strip(shape('bias')).length < 2 && sizeOf(shape('bias')) === width;
  return vector ? { bias: g.full(bias, [width]) } : { rest: bias };
}

/** The fused bias and activation, as TensorFlow operations behind the product. */
export function finish(call: TensorFlowCall, product: Ref): Ref {
  const { g, optional, output } = call;
  const activation = fusedActivation(call);
  const bias = optional('bias');
  const y = bias ? g.op('AddV2', [product, bias], output) : product;
  return activation ? g.op(activation.op, [y], output, { ...typed(y), ...activation.attrs }) : y;
}

/**
 * A product that is 0 where one of its operands is. The gradient of a gradient has many: where the first gradient
 * has a kink, tfjs goes on with zeros.
 */
export const unlessZero =
  (operands: readonly string[], lower: Kernel['lower']): Kernel['lower'] =>
  (call) =>
    operands.some((name) => call.input(name).scalar === 0) ? call.g.scalar(0) : lower(call);

const swapLast = (rank: number) =>
  Array.from({ length: rank }, (_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));

function lower(call: Lowering): Expr {
  const { g, input, shape, attrs, optional, output } = call;
  const { transposeA, transposeB } = attrs<tfjs.BatchMatMulAttrs>();
  if (sizeOf(output.shape.slice(0, -2)) === 1) {
    const [a, b] = [g.full(input('a'), shape('a').slice(-2)), g.full(input('b'), shape('b').slice(-2))];
    const { bias, rest } = splitBias(call);
    const product = g.gemm(a, b, { transA: transposeA, transB: transposeB, bias });
    return g.reshape(activate(call, rest ? g.add(product, rest) : product), strip(output.shape));
  }
  const side = (x: Expr, logical: Shape, transposed: boolean) =>
    transposed ? g.transpose(g.full(x, logical), swapLast(logical.length)) : g.full(x, logical);
  const sides = [side(input('a'), shape('a'), transposeA), side(input('b'), shape('b'), transposeB)];
  const product = g.node('MatMul', sides, output.shape);
  const bias = optional('bias');
  return activate(call, bias ? g.add(product, bias) : product);
}

function tensorflow({ g, input, output, attrs }: TensorFlowCall): Ref {
  const { transposeA, transposeB } = attrs<tfjs.BatchMatMulAttrs>();
  const [a, b] = [input('a'), input('b')];
  const [first, second] = [{ flag: transposeA }, { flag: transposeB }];
  // The plain product is the one that TensorFlow fuses and hands to its fastest kernels.
  return output.shape.length === 2
    ? g.op('MatMul', [a, b], output, { ...typed(a), transpose_a: first, transpose_b: second })
    : g.op('BatchMatMulV2', [a, b], output, { ...typed(a), adj_x: first, adj_y: second });
}

/** `[..., m, k] · [..., k, n]`, either side transposed, batch dimensions broadcast. */
const matMul: Kernel = {
  shape: (c) => {
    const { transposeA, transposeB } = c.attrs<tfjs.BatchMatMulAttrs>();
    const [a, b] = [c.shape('a'), c.shape('b')];
    const batch = tf.backend_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
    return [...batch, a.at(transposeA ? -1 : -2)!, b.at(transposeB ? -2 : -1)!];
  },
  macs: (c, output) =>
    sizeOf(output) * c.shape('a').at(c.attrs<tfjs.BatchMatMulAttrs>().transposeA ? -2 : -1)!,
  lower,
  tensorflow,
};

/** Matrix products, with a fused bias and activation where the kernel has them. */
export const products: Kernels = {
  BatchMatMul: { ...matMul, lower: unlessZero(['a', 'b'], lower) },
  _FusedMatMul: { ...matMul, tensorflow: (call) => finish(call, tensorflow(call)) },
};
