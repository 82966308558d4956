import { describe, expect, it } from 'vitest';
import { checkGraph, type Graph, printGraph } from './graph.ts';
import { tf } from './tf.ts';
import { trace } from './trace.ts';

describe('printGraph', () => {
  it('shows inputs, state, constants, calls, results and updates, a line each', () => {
    const weight = tf.variable(tf.tensor2d([[1], [2]]), true, 'weight');
    const { graph } = trace(
      ({ x }) => {
        const y = tf.matMul(x, weight);
        weight.assign(tf.mul(weight, 0.5));
        return { y };
      },
      { x: [3, 2] },
    );
    expect(printGraph(graph).split('\n')).toEqual([
      'input  %1: [3, 2]  x',
      'state  %0: [2, 1]  weight',
      'const  %3: [] = 0.5',
      '%2: [3, 1] = BatchMatMul(a: %1, b: %0) {transposeA: false, transposeB: false}',
      '%4: [2, 1] = Multiply(a: %0, b: %3)',
      'result %2  y',
      'update %4  weight',
    ]);
    tf.disposeVariables();
  });
});

describe('checkGraph', () => {
  const values = [0, 1].map((id) => ({ id, shape: [], dtype: 'float32' as const }));
  const graph: Graph = { values, constants: new Map(), inputs: [], state: [], results: [], calls: [] };
  const neg = (x: number, output: number) => ({ kernel: 'Neg', inputs: { x }, attrs: {}, output });

  it('finds a value that is used before it is defined', () => {
    expect(() => checkGraph({ ...graph, calls: [neg(0, 1)] })).toThrow(
      'Neg uses %0, which nothing defines before it',
    );
  });
  it('finds a value that is defined twice', () => {
    const inputs = [{ name: 'x', value: 0 }];
    expect(() => checkGraph({ ...graph, inputs, calls: [neg(0, 0)] })).toThrow(
      'Neg defines %0 a second time',
    );
  });
  it('finds a value that is not in the graph', () => {
    const inputs = [{ name: 'x', value: 9 }];
    expect(() => checkGraph({ ...graph, inputs })).toThrow('the graph has no value %9');
  });
});
