import type { DType, Shape, Typed } from './graph.ts';
import { bytes, float, integer, message, text } from './protobuf.ts';

// A TensorFlow graph: its operations as plain data, what writes them one by one, and their bytes.

/** TensorFlow's element types, by their number in the format (types.proto). */
const elementTypes = { float32: 1, int32: 3, bool: 10 } as const satisfies Record<DType, number>;

/** A constant: one number everywhere, or all of them. */
interface TensorContent {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly content: { readonly fill: number } | { readonly data: Float32Array | Int32Array | Uint8Array };
}

/** TensorFlow tells kinds of attributes apart that JavaScript does not. */
type TfAttribute =
  | { readonly type: DType }
  | { readonly float: number }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly integer: number }
  | { readonly integers: readonly number[] }
  | { readonly shape: Shape }
  | { readonly tensor: TensorContent };
export type TfAttributes = Readonly<Record<string, TfAttribute>>;

/** One operation. An input is `node:output`, or `^node` for an operation that only has to come before. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  /** Where it has to run, as in `/device:GPU:0`; empty where TensorFlow may choose. */
  readonly device: string;
  readonly attrs: TfAttributes;
}

/** The one output of an operation that was written. */
export interface Ref extends Typed {
  readonly node: string;
}

/** The attribute by which TensorFlow picks a kernel for a tensor's type. */
export const typed = ({ dtype }: Typed) => ({ T: { type: dtype } }) as const;

/** Writes TensorFlow operations one after the other. */
export class NodeWriter {
  readonly nodes: TfNode[] = [];
  readonly #device: string;

  /**
   * @param device where everything that computes or holds floats has to run. Integers and truths are left to
   *   TensorFlow, which keeps shapes and axes where its kernels want them
   */
  constructor(device: string) {
    this.#device = device;
  }

  /** Writes an operation with one output, its type attribute being `T` unless `attrs` says otherwise. */
  op(op: string, inputs: readonly Ref[], output: Typed, attrs: TfAttributes = typed(output)): Ref {
    const { shape, dtype } = output;
    const device = dtype === 'float32' ? this.#device : '';
    const operands = inputs.map(({ node }) => node);
    return { node: this.write(op, operands, attrs, { device }), shape, dtype };
  }

  /** Writes any operation, under a name of its own or the next number. */
  write(
    op: string,
    inputs: readonly string[],
    attrs: TfAttributes,
    { name = `n${this.nodes.length}`, device = this.#device } = {},
  ): string {
    this.nodes.push({ name, op, inputs, device, attrs });
    return name;
  }

  constant(dtype: DType, shape: Shape, content: TensorContent['content']): Ref {
    return this.op(
      'Const',
      [],
      { shape, dtype },
      { dtype: { type: dtype }, value: { tensor: { dtype, shape, content } } },
    );
  }

  /** One number, to meet tensors of any shape. */
  scalar(value: number, dtype: DType = 'float32'): Ref {
    return this.constant(dtype, [], { fill: value });
  }

  /** A list of whole numbers, as shapes and axes are given. */
  integers(values: readonly number[]): Ref {
    return this.constant('int32', [values.length], { data: Int32Array.from(values) });
  }

  /** `x` as another type: truth is 1, a float loses its fraction. */
  cast(x: Ref, dtype: DType): Ref {
    if (x.dtype === dtype) return x;
    return this.op(
      'Cast',
      [x],
      { shape: x.shape, dtype },
      { SrcT: { type: x.dtype }, DstT: { type: dtype } },
    );
  }
}

/** The tag under which a runtime finds the graph in its SavedModel. */
export const graphTag = 'serve';

/** The graph's own version (versions.proto): after every change of meaning, before the oldest library that we load. */
const producer = 1000;

/** Encodes a graph as the bytes of `saved_model.pb` (saved_model.proto, meta_graph.proto, graph.proto). */
export function encodeSavedModel(nodes: readonly TfNode[]): Uint8Array {
  const graph = message([
    ...nodes.map((node) => bytes(1, encodeNode(node))),
    bytes(4, message([integer(1, producer)])),
  ]);
  const information = message([text(4, graphTag)]);
  return message([integer(1, 1), bytes(2, message([bytes(1, information), bytes(2, graph)]))]);
}

const encodeNode = ({ name, op, inputs, device, attrs }: TfNode): Uint8Array =>
  message([
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...(device ? [text(4, device)] : []),
    ...Object.entries(attrs).map(([key, value]) =>
      bytes(5, message([text(1, key), bytes(2, encodeAttribute(value))])),
    ),
  ]);

function encodeAttribute(value: TfAttribute): Uint8Array {
  if ('integers' in value) return bytes(1, message(value.integers.map((n) => integer(3, n))));
  if ('text' in value) return text(2, value.text);
  if ('integer' in value) return integer(3, value.integer);
  if ('float' in value) return float(4, value.float);
  if ('flag' in value) return integer(5, Number(value.flag));
  if ('type' in value) return integer(6, elementTypes[value.type]);
  if ('shape' in value) return bytes(7, encodeShape(value.shape));
  return bytes(8, encodeTensor(value.tensor));
}

const encodeShape = (shape: Shape): Uint8Array =>
  message(shape.map((size) => bytes(2, message([integer(1, size)]))));

function encodeTensor({ dtype, shape, content }: TensorContent): Uint8Array {
  const header = [integer(1, elementTypes[dtype]), bytes(2, encodeShape(shape))];
  if ('data' in content) {
    const { buffer, byteOffset, byteLength } = content.data;
    return message([...header, bytes(4, new Uint8Array(buffer, byteOffset, byteLength))]);
  }
  // One value stands for all.
  const value = {
    float32: () => float(5, content.fill),
    int32: () => integer(7, content.fill),
    bool: () => integer(11, content.fill),
  }[dtype]();
  return message([...header, value]);
}
