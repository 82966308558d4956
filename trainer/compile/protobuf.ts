import type { Shape } from './graph.ts';

/** ONNX's tensor element types, by their number in the format (TensorProto.DataType). */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;

/** A plain number is an attribute of integers and `float` one of floats, for ONNX tells them apart. */
type Attribute = number | readonly number[] | { readonly float: number };
export type OnnxAttributes = Readonly<Record<string, Attribute>>;

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: OnnxAttributes;
}

/** A tensor stored in the model. Floats are stored as `float`, big integers as `int64`. */
export interface Initializer {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array;
}

export interface TensorSpec {
  readonly name: string;
  readonly shape: Shape;
}

/** The part of ONNX that a step needs: one graph of plain nodes over float tensors. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Encodes an ONNX model as protobuf bytes (onnx.proto3, IR version 8, opset 17). The format is fixed and
 * we write few of its messages, so a field list per message is clearer than a generated library.
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  const opset = message([integer(2, 17)]);
  return message([integer(1, 8), text(2, 'inkling'), bytes(8, opset), bytes(7, encodeGraph(model))]);
}

function encodeGraph({ nodes, initializers, inputs, outputs }: OnnxModel): Uint8Array {
  return message([
    ...nodes.map((node) => bytes(1, encodeNode(node))),
    text(2, 'step'),
    ...initializers.map((tensor) => bytes(5, encodeTensor(tensor))),
    ...inputs.map((spec) => bytes(11, encodeSpec(spec))),
    ...outputs.map((spec) => bytes(12, encodeSpec(spec))),
  ]);
}

const encodeNode = ({ op, inputs, outputs, attrs }: OnnxNode): Uint8Array =>
  message([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, `${op}:${outputs[0]}`),
    text(4, op),
    ...Object.entries(attrs).map(([name, value]) => bytes(5, encodeAttribute(name, value))),
  ]);

function encodeAttribute(name: string, value: Attribute): Uint8Array {
  const [kind, fields] =
    typeof value === 'number'
      ? [2, [integer(3, value)]]
      : 'float' in value
        ? [1, [float(2, value.float)]]
        : [7, value.map((v) => integer(8, v))];
  return message([text(1, name), ...fields, integer(20, kind)]);
}

function encodeTensor({ name, shape, data }: Initializer): Uint8Array {
  const type = data instanceof Float32Array ? elementTypes.float : elementTypes.int64;
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message([...shape.map((d) => integer(1, d)), integer(2, type), text(8, name), bytes(9, raw)]);
}

function encodeSpec({ name, shape }: TensorSpec): Uint8Array {
  const dimensions = message(shape.map((d) => bytes(1, message([integer(1, d)]))));
  const tensorType = message([integer(1, elementTypes.float), bytes(2, dimensions)]);
  return message([text(1, name), bytes(2, message([bytes(1, tensorType)]))]);
}

// Protobuf's wire format: each field is its number and wire type as a varint, then its content.

export const message = (fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);
const key = (field: number, wireType: 0 | 2 | 5) => varint((field << 3) | wireType);
export const integer = (field: number, value: number) => message([key(field, 0), varint(value)]);
export const bytes = (field: number, content: Uint8Array) =>
  message([key(field, 2), varint(content.length), content]);
export const text = (field: number, content: string) => bytes(field, new TextEncoder().encode(content));
export const float = (field: number, value: number) =>
  message([key(field, 5), new Uint8Array(Float32Array.of(value).buffer)]);

/** Base 128, little end first; negative numbers in two's complement of 64 bits. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...out, Number(rest)]);
}
