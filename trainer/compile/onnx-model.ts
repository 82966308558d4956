import type { Shape } from './graph.ts';

/** ONNX's tensor element types, by their number in the format (TensorProto.DataType). */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** A float attribute; a plain number is an integer attribute, for ONNX tells them apart. */
export interface FloatAttribute {
  readonly float: number;
}
export type Attribute = number | readonly number[] | FloatAttribute;
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
