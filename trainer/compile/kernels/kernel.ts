import type { Builder, Expr } from '../expr.ts';
import type { DType, Shape, Typed } from '../graph.ts';
import type { NodeWriter, Ref } from '../graph-def.ts';

/** What a kernel's record is told about one call: shapes and types of the tensors, never their values. */
export interface CallSite {
  shape(input: string): Shape;
  dtype(input: string): DType;
  /** The inputs in their order, for kernels that take a list. */
  readonly list: readonly Typed[];
  /** The kernel's attributes as tfjs declares them; the record names the type, for tfjs passes them untyped. */
  attrs<Attrs>(): Attrs;
}

/** One call on its way into a target's own terms: what writes them, and what each input was written as. */
export interface Translation<Writer, Written> extends CallSite {
  readonly g: Writer;
  input(name: string): Written;
  optional(name: string): Written | undefined;
  /** The inputs in their order, for kernels that take a list. */
  readonly inputs: readonly Written[];
  readonly output: Typed;
}

/** A call on its way to ONNX. An input's expression may be smaller than `shape(name)`, which it broadcasts to. */
export type Lowering = Translation<Builder, Expr>;
/** A call on its way to TensorFlow. */
export type TensorFlowCall = Translation<NodeWriter, Ref>;

/** Everything that the compiler knows of one tfjs kernel, each of which has one output. */
export interface Kernel {
  /** Shape of the output. */
  readonly shape: (call: CallSite) => Shape;
  /** Type of the output; by default that of the first input. */
  readonly dtype?: (call: CallSite) => DType;
  /** Multiply-adds, of matrix products and convolutions. Elementwise work is not counted. */
  readonly macs?: (call: CallSite, output: Shape) => number;
  /** As an expression, which becomes ONNX nodes. */
  readonly lower: (call: Lowering) => Expr;
  /** As TensorFlow operations: tfjs named most of its kernels after them. */
  readonly tensorflow: (call: TensorFlowCall) => Ref;
}

/** The records of one family, by the kernels' names in tfjs. */
export type Kernels = Readonly<Record<string, Kernel>>;

/** @throws Error where a record asks for an input that the call was not given */
export const missing = (kernel: string, input: string): never => {
  throw new Error(`the kernel ${kernel} was called without its input ${input}`);
};

/** A call as its record sees it. */
export function callSite(kernel: string, inputs: ReadonlyMap<string, Typed>, attrs: object): CallSite {
  const input = (name: string): Typed => inputs.get(name) ?? missing(kernel, name);
  return {
    shape: (name) => input(name).shape,
    dtype: (name) => input(name).dtype,
    list: [...inputs.values()],
    attrs: <A>() => attrs as A,
  };
}
