import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel, type OnnxModel } from './protobuf.ts';

const model: OnnxModel = {
  nodes: [
    { op: 'Transpose', inputs: ['x'], outputs: ['t'], attrs: { perm: [1, 0] } },
    { op: 'LeakyRelu', inputs: ['t'], outputs: ['l'], attrs: { alpha: { float: 0.25 } } },
    { op: 'Gather', inputs: ['l', 'rows'], outputs: ['y'], attrs: { axis: 0 } },
  ],
  initializers: [{ name: 'rows', shape: [2], data: BigInt64Array.of(2n, -3n) }],
  inputs: [{ name: 'x', shape: [2, 3] }],
  outputs: [{ name: 'y', shape: [2, 2] }],
};

describe('encodeModel', () => {
  it('writes what ONNX Runtime reads: attributes, negative integers, shapes', async () => {
    const session = await InferenceSession.create(encodeModel(model));
    const { y } = await session.run({
      x: new Tensor('float32', Float32Array.of(1, 2, 3, -4, 5, -6), [2, 3]),
    });
    expect([...(y!.data as Float32Array)]).toEqual([3, -1.5, 1, -1]);
    await session.release();
  });

  it('writes the bytes of the format', () => {
    const empty = { nodes: [], initializers: [], inputs: [], outputs: [] };
    // ir_version 8; producer "inkling"; opset 17; a graph named "step".
    expect(Buffer.from(encodeModel(empty)).toString('hex')).toBe(
      '0808' + '1207696e6b6c696e67' + '42021011' + '3a06' + '120473746570',
    );
  });
});
