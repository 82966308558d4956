import { type Builder, type Expr, type Rule, type Rules, strip } from './expr.ts';
import { type Shape, sameShape, sizeOf } from './graph.ts';
import type { OnnxAttributes } from './protobuf.ts';

type Binary = (g: Builder, a: Expr, b: Expr) => Expr | undefined | false;
const binary = (identity: string, rewrite: Binary): Rule => ({
  identity,
  rewrite: (g, [a, b]) => rewrite(g, a!, b!) || undefined,
});
type Unary = (g: Builder, x: Expr, attrs: OnnxAttributes) => Expr | undefined | false;
const unary = (identity: string, rewrite: Unary): Rule => ({
  identity,
  rewrite: (g, [x], attrs) => rewrite(g, x!, attrs) || undefined,
});

const is = (x: Expr, value: number) => x.scalar === value;
const smaller = (x: Expr, y: Expr) => sizeOf(x.shape) < sizeOf(y.shape);
/** c·x with c smaller than x: [c, x]. */
const scaled = (x: Expr): readonly [Expr, Expr] | undefined => {
  if (x.op !== 'Mul') return undefined;
  const [c, y] = x.inputs as [Expr, Expr];
  return smaller(c, y) && sameShape(y.shape, x.shape) ? [c, y] : undefined;
};

/** Arithmetic on two constants. */
const folds: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};
const fold = (op: string): Rule =>
  binary(
    `c ${op} d is one constant`,
    (g, a, b) => a.scalar !== undefined && b.scalar !== undefined && g.scalar(folds[op]!(a.scalar, b.scalar)),
  );

/** A value of many dimensions as a matrix of its last one: [..., c] → [rows, c]. */
const matrix = (g: Builder, x: Expr): Expr =>
  g.reshape(x, [sizeOf(x.shape) / x.shape.at(-1)!, x.shape.at(-1)!]);

/** A single number, or a vector along the last dimension: what a matrix broadcasts against as a whole does. */
const alongLast = (x: Expr, whole: Expr) =>
  sizeOf(x.shape) === 1 || (x.shape.length === 1 && x.shape[0] === whole.shape.at(-1));
const flat = (g: Builder, x: Expr) => (sizeOf(x.shape) === 1 ? g.reshape(x, []) : x);

/**
 * Elementwise work is done on matrices. Products leave matrices and take matrices, so that values which reach
 * the same place by different reshapes meet as one expression, and the reshapes in between meet and vanish.
 */
const onMatrices = (op: string): Rule =>
  binary('x ∘ y = reshape (matrix x ∘ matrix y)', (g, a, b) => {
    const whole = smaller(a, b) ? b : a;
    if (whole.shape.length < 3) return undefined;
    const fits = (x: Expr) => sameShape(x.shape, whole.shape) || alongLast(x, whole);
    if (!fits(a) || !fits(b)) return undefined;
    const view = (x: Expr) => (sameShape(x.shape, whole.shape) ? matrix(g, x) : flat(g, x));
    return g.reshape(g.binary(op, view(a), view(b)), whole.shape);
  });

const onMatrix = (op: string): Rule =>
  unary(
    'f(x) = reshape f(matrix x)',
    (g, x, attrs) => x.shape.length > 2 && g.reshape(g.unary(op, matrix(g, x), attrs), x.shape),
  );

/** Whether x is the same all along the axes that a sum over a value of shape `summed` reduces. */
const constantAlong = (x: Expr, summed: Shape, axes: readonly number[]) =>
  axes.every((a) => (x.shape[a - (summed.length - x.shape.length)] ?? 1) === 1);

/** Sums `x`, which broadcasts to `shape`, over axes along which it does not vary: only drops dimensions of 1. */
const dropAxes = (g: Builder, x: Expr, shape: Shape, axes: readonly number[]) => {
  const padded = [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  return g.reshape(x, strip(padded.filter((_, i) => !axes.includes(i))));
};

/**
 * The identities, in the order in which they are tried.
 * They move what is small out of the way of what is large: a factor that a step applies to a whole batch of
 * activations is applied to a vector of channels, or to a single number, instead.
 */
export const rules: Rules = {
  Add: [fold('Add'), binary('0 + x = x', (_, a, b) => is(a, 0) && b), onMatrices('Add')],
  Sub: [
    fold('Sub'),
    binary('x − 0 = x', (_, a, b) => is(b, 0) && a),
    binary('0 − x = −1·x', (g, a, b) => is(a, 0) && g.mul(g.scalar(-1), b)),
    onMatrices('Sub'),
  ],
  Mul: [
    fold('Mul'),
    binary('1·x = x', (_, a, b) => is(a, 1) && b),
    binary('0·x = 0', (_, a) => is(a, 0) && a),
    binary('c·(d·x) = (c·d)·x', (g, a, b) => {
      const [d, x] = scaled(b) ?? [];
      return d && x && smaller(a, b) && smaller(g.mul(a, d), b) && g.mul(g.mul(a, d), x);
    }),
    binary('x·(c·y) = c·(x·y)', (g, a, b) => {
      const [c, y] = scaled(b) ?? [];
      return c && y && sameShape(a.shape, b.shape) && g.mul(c, g.mul(a, y));
    }),
    binary('(c·x)·y = c·(x·y)', (g, a, b) => {
      const [c, x] = scaled(a) ?? [];
      return c && x && sameShape(a.shape, b.shape) && g.mul(c, g.mul(x, b));
    }),
    onMatrices('Mul'),
  ],
  Div: [
    fold('Div'),
    binary('x / c = (1/c)·x', (g, a, b) => b.scalar !== undefined && g.mul(g.scalar(1 / b.scalar), a)),
    binary('x / v = (1/v)·x for a small v', (g, a, b) => smaller(b, a) && g.mul(g.unary('Reciprocal', b), a)),
    binary('(c·x) / y = c·(x / y)', (g, a, b) => {
      const [c, x] = scaled(a) ?? [];
      return c && x && sameShape(a.shape, b.shape) && g.mul(c, g.div(x, b));
    }),
    onMatrices('Div'),
  ],
  Reciprocal: [
    unary('1/c is a constant', (g, x) => x.scalar !== undefined && g.scalar(1 / x.scalar)),
    onMatrix('Reciprocal'),
  ],
  Sqrt: [
    unary('√c is a constant', (g, x) => x.scalar !== undefined && g.scalar(Math.sqrt(x.scalar))),
    onMatrix('Sqrt'),
  ],
  Exp: [
    unary('eᶜ is a constant', (g, x) => x.scalar !== undefined && g.scalar(Math.exp(x.scalar))),
    onMatrix('Exp'),
  ],
  ...Object.fromEntries(
    ['Relu', 'LeakyRelu', 'Tanh', 'Sigmoid', 'HardSigmoid', 'Log', 'Softplus'].map((op) => [
      op,
      [onMatrix(op)],
    ]),
  ),
  ReduceSum: [
    unary('Σ c·x = c·Σx where c does not vary', (g, e, attrs) => {
      const axes = attrs.axes as readonly number[];
      const [c, x] = scaled(e) ?? [];
      return (
        c && x && constantAlong(c, e.shape, axes) && g.mul(dropAxes(g, c, e.shape, axes), g.sumAxes(x, axes))
      );
    }),
    unary('Σ over all but the last dimension = Σ over the rows of a matrix', (g, x, attrs) => {
      const axes = attrs.axes as readonly number[];
      const rows =
        x.shape.length > 2 && axes.length === x.shape.length - 1 && axes.every((axis, i) => axis === i);
      return rows && g.sumAxes(matrix(g, x), [0]);
    }),
  ],
  Where: [
    {
      identity: 'c ? x : y = reshape (matrix c ? matrix x : matrix y)',
      rewrite: (g, inputs) => {
        const [whole] = inputs as [Expr];
        if (whole.shape.length < 3 || !inputs.every((x) => sameShape(x.shape, whole.shape))) return undefined;
        const [condition, yes, no] = inputs.map((x) => matrix(g, x)) as [Expr, Expr, Expr];
        return g.reshape(g.where(condition, yes, no), whole.shape);
      },
    },
  ],
  Transpose: [
    unary(
      'a transposition that moves nothing',
      (_, x, attrs) => (attrs.perm as readonly number[]).every((p, i) => p === i) && x,
    ),
  ],
};
