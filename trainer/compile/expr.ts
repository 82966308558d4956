import { type Shape, sameShape, sizeOf } from './graph.ts';
import type { OnnxAttributes } from './protobuf.ts';

/**
 * An expression over float tensors, on the way from tfjs kernels to ONNX nodes. Equal expressions are the
 * same object. A shape may be smaller than the value it stands for, wherever broadcasting makes up for it:
 * leading 1s are left out, and a tensor filled with one number is a scalar.
 */
export interface Expr {
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly Expr[];
  readonly attrs: OnnxAttributes;
  readonly shape: Shape;
  /** The number, when this is a scalar constant. */
  readonly scalar?: number;
  /** The numbers, when this is a constant tensor. */
  readonly data?: Float32Array | BigInt64Array;
  /** The name, when this is an input of the step. */
  readonly name?: string;
}

/** One algebraic identity, read from left to right. */
export interface Rule {
  readonly identity: string;
  /** The right-hand side, or undefined where the left-hand side does not match. */
  rewrite(g: Builder, inputs: readonly Expr[], attrs: OnnxAttributes): Expr | undefined;
}
/** Identities by the operation on their left-hand side. */
export type Rules = Readonly<Record<string, readonly Rule[]>>;

/** A shape without its leading 1s. */
export const strip = (shape: Shape): Shape => {
  const first = shape.findIndex((d) => d !== 1);
  return first < 0 ? [] : shape.slice(first);
};

/** NumPy's broadcast of two shapes, without leading 1s. @throws Error when they do not fit */
function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return strip(
    Array.from({ length: rank }, (_, i) => {
      const [da, db] = [a.at(i - rank) ?? 1, b.at(i - rank) ?? 1];
      if (da !== db && da !== 1 && db !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
      return da === 1 ? db : da;
    }),
  );
}

const commutative = new Set(['Add', 'Mul', 'Max', 'Min']);

/** Makes expressions, applying rules as it goes: the first that matches, whenever an expression is made. */
export class Builder {
  readonly #table = new Map<string, Expr>();
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** The expression itself, by no rule but that equal ones are shared. */
  node(
    op: string,
    inputs: readonly Expr[],
    shape: Shape,
    attrs: OnnxAttributes = {},
    leaf: Partial<Expr> = {},
  ): Expr {
    const key = `${op}(${inputs.map((i) => i.id)})[${shape}]${JSON.stringify(attrs)}${leafKey(leaf)}`;
    const known = this.#table.get(key);
    if (known) return known;
    const expr = { id: this.#table.size, op, inputs, attrs, shape, ...leaf };
    this.#table.set(key, expr);
    return expr;
  }

  /** The expression in its simplest form: rules first. */
  #simplified(op: string, inputs: readonly Expr[], shape: Shape, attrs: OnnxAttributes = {}): Expr {
    for (const rule of this.#rules[op] ?? []) {
      const simpler = rule.rewrite(this, inputs, attrs);
      if (simpler) return simpler;
    }
    return this.node(op, inputs, shape, attrs);
  }

  #stripped(x: Expr): Expr {
    return x.shape[0] === 1 ? this.reshape(x, strip(x.shape)) : x;
  }

  scalar(value: number): Expr {
    return this.node('Constant', [], [], {}, { scalar: value });
  }
  tensor(data: Float32Array, shape: Shape): Expr {
    return this.node('Constant', [], shape, {}, { data });
  }
  /** A constant of integers, for the operands that are shapes, axes and indices. */
  integers(values: readonly number[]): Expr {
    return this.node('Constant', [], [values.length], {}, { data: BigInt64Array.from(values, BigInt) });
  }
  /** An input of the step. It is fed as a matrix, so that a weight needs no copy on its way into a product. */
  input(name: string, shape: Shape): Expr {
    const matrix = shape.length > 2 ? [sizeOf(shape.slice(0, -1)), shape.at(-1)!] : shape;
    return this.reshape(this.node('Input', [], matrix, {}, { name }), strip(shape));
  }

  unary(op: string, x: Expr, attrs: OnnxAttributes = {}): Expr {
    return this.#simplified(op, [x], x.shape, attrs);
  }
  binary(op: string, left: Expr, right: Expr): Expr {
    const [a, b] = [this.#stripped(left), this.#stripped(right)];
    // One order for both ways round, constants and small operands first, so that equal expressions meet.
    const weight = (x: Expr) => (x.scalar === undefined ? sizeOf(x.shape) : 0);
    const swap = commutative.has(op) && (weight(a) - weight(b) || a.id - b.id) > 0;
    const inputs = swap ? [b, a] : [a, b];
    return this.#simplified(op, inputs, broadcastShape(a.shape, b.shape));
  }
  add(a: Expr, b: Expr): Expr {
    return this.binary('Add', a, b);
  }
  sub(a: Expr, b: Expr): Expr {
    return this.binary('Sub', a, b);
  }
  mul(a: Expr, b: Expr): Expr {
    return this.binary('Mul', a, b);
  }
  div(a: Expr, b: Expr): Expr {
    return this.binary('Div', a, b);
  }
  /** 1 where x > 0, else 0. The steepest sigmoid is one vectorised pass where a comparison and a cast are two. */
  heaviside(x: Expr): Expr {
    return this.unary('HardSigmoid', x, { alpha: { float: 3e38 }, beta: { float: 0 } });
  }

  /** A scalar constant stays as it is, for it broadcasts to every shape. */
  reshape(x: Expr, shape: Shape): Expr {
    const source = x.op === 'Reshape' ? x.inputs[0]! : x;
    if (sameShape(source.shape, shape)) return source;
    if (source.scalar !== undefined && sizeOf(shape) === 1) return source;
    return this.node('Reshape', [source], shape);
  }
  transpose(x: Expr, perm: readonly number[]): Expr {
    return this.#simplified(
      'Transpose',
      [x],
      perm.map((p) => x.shape[p]!),
      { perm },
    );
  }
  /** `x` in exactly this shape, its values repeated where it was smaller. */
  full(x: Expr, shape: Shape): Expr {
    if (sizeOf(x.shape) === sizeOf(shape) && x.scalar === undefined) return this.reshape(x, shape);
    return this.node('Expand', [x, this.integers(shape)], shape);
  }

  /**
   * Sum over `axes` of a value of shape `logical`; `x` may be smaller. The result's shape is the kept
   * dimensions, stripped.
   */
  sum(x: Expr, logical: Shape, axes: readonly number[]): Expr {
    const shape = [...Array<number>(logical.length - x.shape.length).fill(1), ...x.shape];
    const kept = strip(shape.filter((_, i) => !axes.includes(i)));
    const varying = axes.filter((a) => shape[a] !== 1);
    const repeats = axes.reduce((n, a) => (shape[a] === 1 ? n * logical[a]! : n), 1);
    const offset = logical.length - x.shape.length;
    const inner = this.sumAxes(
      x,
      varying.map((a) => a - offset),
    );
    return this.mul(this.scalar(repeats), this.reshape(inner, kept));
  }

  /** Sum over these axes of `x` itself, without keeping them. */
  sumAxes(x: Expr, axes: readonly number[]): Expr {
    if (axes.length === 0) return x;
    const shape = x.shape.filter((_, i) => !axes.includes(i));
    return this.#simplified('ReduceSum', [x], shape, { axes });
  }

  /** `yes` where the condition, a value of 0 or 1, is 1; `no` elsewhere. */
  where(condition: Expr, yes: Expr, no: Expr): Expr {
    const inputs = [condition, yes, no].map((x) => this.#stripped(x));
    const shape = inputs.reduce<Shape>((joint, x) => broadcastShape(joint, x.shape), []);
    return this.#simplified('Where', inputs, shape);
  }

  /** `a [m, k] · b [k, n]`, either transposed, plus a bias [n] or [m, n]. */
  gemm(
    a: Expr,
    b: Expr,
    {
      transA = false,
      transB = false,
      bias,
    }: { transA?: boolean; transB?: boolean; bias?: Expr | undefined } = {},
  ): Expr {
    const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
    return this.node('Gemm', bias ? [a, b, bias] : [a, b], shape, { transA: +transA, transB: +transB });
  }
  /** Rows of `x` along `axis`, by constant indices. */
  gather(x: Expr, indices: readonly number[], axis: number): Expr {
    if (indices.length === x.shape[axis] && indices.every((v, i) => v === i)) return x;
    return this.node('Gather', [x, this.integers(indices)], x.shape.with(axis, indices.length), { axis });
  }
}

const leafKey = ({ scalar, data, name }: Partial<Expr>): string => {
  if (data)
    return `${data.constructor.name}:${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1')}`;
  // Object.is tells −0 from 0, and so must the key.
  return Object.is(scalar, -0) ? '-0' : `${scalar ?? name ?? ''}`;
};
