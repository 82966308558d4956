import {
  type Attribute,
  elementTypes,
  type Initializer,
  type OnnxModel,
  type OnnxNode,
  type TensorSpec,
} from './onnx-model.ts';
import { bytes, float, integer, message, text } from './wire.ts';

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
