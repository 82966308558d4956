import { afterEach, describe, expect, it } from 'vitest';
import { emitTensorFlow } from './emit-tensorflow.ts';
import { encodeSavedModel } from './graph-def.ts';
import { tf } from './tf.ts';
import { trace } from './trace.ts';

afterEach(() => tf.disposeVariables());

/** A step that adds to a sum, and counts what is positive. */
const emitSum = (device: string) => {
  const sum = tf.variable(tf.zeros([3]), false, 'sum');
  const { graph } = trace(
    ({ x }) => {
      sum.assign(tf.add(sum, x!) as typeof sum);
      return { positive: tf.sum(tf.cast(tf.greater(x!, 0), 'int32')) };
    },
    { x: [3] },
  );
  return emitTensorFlow(graph, device);
};

describe('emitTensorFlow', () => {
  it('binds everything that computes or holds floats to the device', () => {
    const { nodes } = emitSum('/device:GPU:0');
    const placed = (device: string) => nodes.filter((n) => n.device === device).map(({ op }) => op);
    expect(new Set(placed('/device:GPU:0'))).toEqual(
      new Set([
        ...['Placeholder', 'VarHandleOp', 'ReadVariableOp', 'AssignVariableOp', 'DeepCopy'],
        ...['Const', 'AddV2', 'Cast'],
      ]),
    );
    expect(new Set(placed(''))).toEqual(new Set(['Const', 'Greater', 'Cast', 'Sum']));
  });

  it('reads the whole state before it replaces any of it, and is done after that', () => {
    const { nodes, state, done } = emitSum('');
    const { tensor } = state[0]!;
    const read = tensor.slice(0, -2);
    const update = nodes.find(({ op, inputs }) => op === 'AssignVariableOp' && inputs.includes(`^${read}`));
    const signal = nodes.find(({ name }) => `${name}:0` === done);
    expect(signal?.inputs).toEqual([`^${update?.name}`]);
  });

  it('gives every operation a name of its own, before it is used', () => {
    const known = new Set<string>();
    for (const { name, inputs } of emitSum('').nodes) {
      for (const input of inputs) expect(known).toContain(input.replace(/^\^/, ''));
      expect(known).not.toContain(name);
      known.add(name);
    }
  });
});

describe('encodeSavedModel', () => {
  it('writes the bytes of the format', () => {
    const node = { name: 'a', op: 'B', inputs: ['^c'], device: '', attrs: { N: { integer: 2 } } } as const;
    // Version 1; a graph tagged "serve" of one node, whose attribute N is 2; made for producer 1000.
    const graph = '0a13' + '0a0161' + '120142' + '1a025e63' + '2a07' + '0a014e' + '1202' + '1802';
    expect(Buffer.from(encodeSavedModel([node])).toString('hex')).toBe(
      `0801${'1225'}${'0a07'}${'22057365727665'}${'121a'}${graph}${'2203'}${'08e807'}`,
    );
  });

  it('writes constants: one value for all, or all of them', () => {
    const constant = (content: { fill: number } | { data: Int32Array }) =>
      Buffer.from(
        encodeSavedModel([
          {
            name: 'c',
            op: 'Const',
            inputs: [],
            device: '',
            attrs: { value: { tensor: { dtype: 'int32', shape: [2], content } } },
          },
        ]),
      ).toString('hex');
    // DT_INT32, shape [2], then int_val or tensor_content.
    expect(constant({ fill: -1 })).toContain('080312041202080238ffffffffffffffffff01');
    expect(constant({ data: Int32Array.of(1, -1) })).toContain('0803120412020802220801000000ffffffff');
  });
});
