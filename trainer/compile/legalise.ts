import type { Builder, Expr } from './expr.ts';
import { sizeOf } from './graph.ts';

/**
 * What the runtime computes well, in place of what it computes badly. These rules change no value beyond
 * rounding; each was kept because it made a measured step faster on ONNX Runtime's CPU provider.
 */
type LegalRule = (g: Builder, inputs: readonly Expr[], expr: Expr) => Expr | undefined;

/** A row this long is where the runtime's per-row cost no longer shows. */
const longRow = 8192;

/** The largest divisor of `rows` that keeps a row of `rows` joined ones within `longRow`. */
function joinedRows(rows: number, width: number): number {
  for (let n = Math.min(rows, Math.floor(longRow / width)); n > 1; n--) if (rows % n === 0) return n;
  return 1;
}

/** [1, columns] */
function sumOfRows(g: Builder, x: Expr, [rows, columns]: readonly [number, number]): Expr {
  const ones = g.tensor(new Float32Array(rows).fill(1), [1, rows]);
  return g.gemm(ones, g.reshape(x, [rows, columns]));
}

const legalRules: Readonly<Record<string, readonly LegalRule[]>> = {
  ReduceSum: [
    /** A sum over leading axes is a product with a row of ones: .14 ms against .9. */
    (g, [x], { attrs, shape }) => {
      const axes = attrs.axes as readonly number[];
      const leading = axes.every((axis, i) => axis === i);
      const rows = axes.reduce((n, a) => n * x!.shape[a]!, 1);
      const columns = sizeOf(x!.shape) / rows;
      if (!leading || columns === 1 || rows === 1) return undefined;
      return g.reshape(sumOfRows(g, x!, [rows, columns]), shape);
    },
    /** A sum of everything in a large matrix, too, is quicker by rows first. */
    (g, [x], { attrs }) => {
      const axes = attrs.axes as readonly number[];
      const columns = x!.shape.at(-1);
      if (axes.length !== x!.shape.length || axes.length < 2 || sizeOf(x!.shape) < longRow || columns === 1)
        return undefined;
      return g.node('ReduceSum', [sumOfRows(g, x!, [sizeOf(x!.shape) / columns!, columns!])], [], {
        axes: [0, 1],
      });
    },
  ],
};

/** A vector against a matrix is computed row by row: join short rows into long ones, the vector repeated. */
const longRows =
  (op: string): LegalRule =>
  (g, [a, b], { shape }) => {
    const vectorFirst = sizeOf(a!.shape) < sizeOf(b!.shape);
    const [vector, matrix] = vectorFirst ? [a!, b!] : [b!, a!];
    const width = matrix.shape.at(-1);
    if (width === undefined || width === 1 || vector.shape.length !== 1 || vector.shape[0] !== width)
      return undefined;
    const rows = sizeOf(matrix.shape) / width;
    const joined = joinedRows(rows, width);
    if (joined === 1) return undefined;
    const wideVector = g.reshape(g.full(vector, [joined, width]), [joined * width]);
    const wideMatrix = g.reshape(matrix, [rows / joined, joined * width]);
    const [x, y] = vectorFirst ? [wideVector, wideMatrix] : [wideMatrix, wideVector];
    return g.reshape(g.node(op, [x, y], wideMatrix.shape), shape);
  };

/** Against a single number, a last dimension of 1 would be computed one element at a time: flatten it. */
const flattened =
  (op: string): LegalRule =>
  (g, inputs, { shape }) => {
    if (shape.at(-1) !== 1 || shape.length < 2 || !inputs.some((x) => sizeOf(x.shape) === 1))
      return undefined;
    const flat = inputs.map((x) => (sizeOf(x.shape) === 1 ? x : g.reshape(x, [sizeOf(x.shape)])));
    return g.reshape(g.node(op, flat, [sizeOf(shape)]), shape);
  };

const rulesOf = (op: string): readonly LegalRule[] =>
  ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'].includes(op)
    ? [longRows(op), flattened(op)]
    : (legalRules[op] ?? []);

/** Rewrites expressions, inputs first, each once. */
export function legalise(g: Builder, roots: readonly Expr[]): Expr[] {
  const done = new Map<Expr, Expr>();
  const visit = (expr: Expr): Expr => {
    const known = done.get(expr);
    if (known) return known;
    const inputs = expr.inputs.map(visit);
    const legal = rulesOf(expr.op).reduce<Expr | undefined>(
      (found, rule) => found ?? rule(g, inputs, expr),
      undefined,
    );
    const result = legal ?? rebuilt(g, expr, inputs);
    done.set(expr, result);
    return result;
  };
  return roots.map(visit);
}

const rebuilt = (g: Builder, expr: Expr, inputs: readonly Expr[]): Expr => {
  if (expr.op === 'Reshape') return g.reshape(inputs[0]!, expr.shape);
  return inputs.every((x, i) => x === expr.inputs[i])
    ? expr
    : g.node(expr.op, inputs, expr.shape, expr.attrs);
};
