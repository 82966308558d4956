import type * as tfjs from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { loadHere } from './compiled-fixture.ts';
import { liveCalls } from './graph.ts';
import { tf } from './tf.ts';
import { type Step, trace } from './trace.ts';
import { TraceError } from './trace-backend.ts';

const scalar: Record<'x', readonly number[]> = { x: [] };
const vector: Record<'x', readonly number[]> = { x: [4] };

afterEach(() => tf.disposeVariables());

describe('trace', () => {
  it('records the kernels that a step calls, with their shapes', () => {
    const { graph } = trace(({ a, b }) => ({ y: tf.matMul(a, b) }), { a: [2, 3], b: [3, 5] });
    expect(graph.calls.map((c) => c.kernel)).toEqual(['BatchMatMul']);
    expect(graph.values[graph.results[0]!.value]!.shape).toEqual([2, 5]);
  });

  it('makes every variable that is read or assigned a slot, and no other', () => {
    const read = tf.variable(tf.scalar(2), true, 'read');
    const written = tf.variable(tf.scalar(0), true, 'written');
    tf.variable(tf.scalar(0), true, 'idle');
    const { graph } = trace(({ x }) => {
      written.assign(tf.mul(x, read));
      return {};
    }, scalar);
    expect(graph.state.map(({ name, before, after }) => [name, before !== after])).toEqual([
      ['read', false],
      ['written', true],
    ]);
  });

  it('gives what its variables hold, by the names of their slots', () => {
    const weight = tf.variable(tf.tensor1d([1, 2, 3, 4]), true, 'weight');
    tf.variable(tf.scalar(0), true, 'idle');
    const { initialState } = trace(({ x }) => ({ y: tf.mul(x, weight) }), vector);
    weight.assign(tf.tensor1d([5, 6, 7, 8]));
    expect(initialState()).toEqual({ weight: Float32Array.of(5, 6, 7, 8) });
  });

  it('leaves variables as they were, for tracing computes nothing', () => {
    const weight = tf.variable(tf.tensor1d([1, 2, 3, 4]));
    trace(({ x }) => {
      weight.assign(tf.add(weight, x));
      return {};
    }, vector);
    expect([...weight.dataSync()]).toEqual([1, 2, 3, 4]);
  });

  it('leaves variables and backend as they were when the step throws', () => {
    const weight = tf.variable(tf.scalar(7));
    const backend = tf.getBackend();
    const step: Step<'x'> = ({ x }) => {
      weight.assign(x as tfjs.Scalar);
      throw new Error('a fault of the step');
    };
    expect(() => trace(step, scalar)).toThrow('a fault of the step');
    expect(weight.dataSync()[0]).toBe(7);
    expect(tf.getBackend()).toBe(backend);
  });

  it('leaves no tensors behind', () => {
    const weight = tf.variable(tf.scalar(7));
    const step: Step<'x'> = ({ x }) => {
      const { value, grads } = tf.variableGrads(() => tf.square(tf.mul(weight, x)).asScalar(), [weight]);
      weight.assign(tf.sub(weight, grads[weight.name]!));
      return { value };
    };
    trace(step, scalar);
    const before = tf.memory().numTensors;
    trace(step, scalar);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives variables that share their data a slot each', () => {
    const first = tf.variable(tf.scalar(3), true, 'first');
    const second = tf.variable(first, true, 'second');
    const { graph } = trace(({ x }) => {
      first.assign(tf.add(second, x));
      return {};
    }, scalar);
    expect(graph.state.map((s) => s.name)).toEqual(['first', 'second']);
    expect(second.dataSync()[0]).toBe(3);
  });

  it('takes tensors from outside as constants', async () => {
    const outside = tf.tensor1d([1, 2, 3, 4]);
    const program = await loadHere(trace(({ x }) => ({ y: tf.add(x, outside) }), vector));
    const { y } = await program.run({ x: Float32Array.of(10, 10, 10, 10) });
    expect([...y!]).toEqual([11, 12, 13, 14]);
    await program.dispose();
  });

  it('keeps what shares data apart: a variable, the tensor it was made of, and that in another shape', async () => {
    const start = tf.tensor1d([1, 2, 3, 4]);
    const square = tf.reshape(start, [2, 2]);
    const weight = tf.variable(start);
    const step: Step<'x'> = ({ x }) => {
      weight.assign(tf.add(weight, x) as tfjs.Tensor1D);
      return { moved: tf.sub(weight, start), columns: tf.sum(square, 0) };
    };
    const program = await loadHere(trace(step, vector));
    const results = await program.run({ x: Float32Array.of(1, 1, 1, 1) });
    expect(results.moved).toEqual(Float32Array.of(1, 1, 1, 1));
    expect(results.columns).toEqual(Float32Array.of(4, 6));
    await program.dispose();
  });

  it('disposes of the variables that a step made before it threw, and traces the next step', () => {
    const before = tf.memory().numTensors;
    const step: Step<'x'> = ({ x }) => {
      tf.variable(tf.square(x));
      tf.variable(tf.exp(x));
      return {};
    };
    expect(() => trace(step, vector)).toThrow(/is computed by the step/);
    expect(() =>
      trace(() => {
        tf.variable(tf.zeros([2]));
        throw new Error('late');
      }, vector),
    ).toThrow('late');
    expect(tf.memory().numTensors).toBe(before);
    expect(trace(({ x }) => ({ y: tf.neg(x) }), vector).graph.calls).toHaveLength(1);
  });

  it('names state as it is told to', () => {
    const weight = tf.variable(tf.scalar(1));
    const { graph } = trace(({ x }) => ({ y: tf.mul(x, weight) }), scalar, { nameOf: () => 'mine' });
    expect(graph.state.map((s) => s.name)).toEqual(['mine']);
  });

  it('lets optimisers make their variables in the first step, as tf.function does', () => {
    const weight = tf.variable(tf.scalar(1), true, 'weight');
    const optimiser = tf.train.adam(0.1);
    const { graph } = trace(({ x }) => {
      optimiser.minimize(() => tf.square(tf.mul(weight, x)).asScalar(), false, [weight]);
      return {};
    }, scalar);
    // The weight, its two moments and the two powers of β that Adam counts with.
    expect(graph.state).toHaveLength(5);
    expect(graph.state.every(({ before, after }) => before !== after)).toBe(true);
  });

  it('keeps calls that nobody reads out of what runs', () => {
    const { graph } = trace(({ x }) => {
      tf.exp(x);
      return { y: tf.neg(x) };
    }, vector);
    expect(graph.calls.map((c) => c.kernel)).toEqual(['Exp', 'Neg']);
    expect(liveCalls(graph).map((c) => c.kernel)).toEqual(['Neg']);
  });
});

/** A tensor made where no trace looks, with other numbers each time. */
let made = 0;
const ready = [1, 2, 3].map((n) => tf.tensor1d([n, 2, 3, 4]));
const elsewhere = () => ready[made++ % 3]!;

describe('a step that can not be compiled', () => {
  const refused = (step: Step<'x'>, specs = vector) => expect(() => trace(step, specs));

  it('is told which kernel is unknown', () => {
    refused(({ x }) => ({ y: tf.cumsum(x) })).toThrow(
      /uses the kernel Cumsum, which the compiler does not know/,
    );
  });

  it('is told that it reads a tensor', () => {
    refused(({ x }) => ({ y: tf.scalar(x.dataSync()[0]!) })).toThrow(/reads the value of a tensor/);
    refused(({ x }) => ({ y: tf.tensor1d(x.arraySync() as number[]) })).toThrow(TraceError);
  });

  it('is told that randomness would be baked in', () => {
    refused(({ x }) => ({ y: tf.dropout(x, 0.5) })).toThrow(/numbers computed in JavaScript, as tf.dropout/);
    refused(({ x }) => ({ y: tf.add(x, tf.randomNormal([4])) })).toThrow(/Give them to the step as an input/);
  });

  it('is told that a seed does not make baked randomness right', () => {
    refused(({ x }) => ({ y: tf.dropout(x, 0.5, undefined, 'seed') })).toThrow(TraceError);
  });

  it('is told that a single random number changes from call to call', () => {
    refused(({ x }) => ({ y: tf.mul(x, Math.random()) })).toThrow(/not the same from call to call/);
  });

  it('is told that a captured tensor changes from call to call', () => {
    refused(({ x }) => ({ y: tf.add(x, elsewhere()) })).toThrow(
      /another tensor of shape \[4\] from call to call/,
    );
  });

  it('is told that it must not be asynchronous, nor make tensors that hold nothing', () => {
    refused((async ({ x }: { x: tfjs.Tensor }) => ({ y: x })) as unknown as Step<'x'>).toThrow(
      /asynchronous/,
    );
    refused(({ x }) => ({ y: tf.slice(x, 0, 0) })).toThrow(/holds nothing/);
  });

  it('is told that a shape changes', () => {
    let size = 1;
    refused(({ x }) => ({ y: tf.slice(x, 0, ((size++ - 1) % 3) + 1) })).toThrow(/Shapes must stay the same/);
  });

  it('is told that it makes a new variable each time', () => {
    refused(({ x }) => ({ y: tf.add(x, tf.variable(tf.zeros([4]))) })).toThrow(
      /makes a new variable each time it runs/,
    );
  });

  it('is told that a variable must not start from what the step computes', () => {
    let made: tfjs.Variable | undefined;
    refused(({ x }) => {
      made ??= tf.variable(tf.square(x));
      return { y: made };
    }).toThrow(/the first value of the variable .* is computed by the step/);
  });

  it('is told that another type is not compiled', () => {
    refused(({ x }) => ({ y: tf.complex(x, x) })).toThrow(TraceError);
  });
});
