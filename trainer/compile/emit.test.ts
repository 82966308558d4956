import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { distance, loadHere, runBoth, wave } from './compiled-fixture.ts';
import { emit } from './emit.ts';
import { tf } from './tf.ts';
import { trace } from './trace.ts';

afterEach(() => tf.disposeVariables());

const opsOf = (step: Parameters<typeof trace>[0], specs: Parameters<typeof trace>[1]) =>
  emit(trace(step, specs).graph).model.nodes.map((node) => node.op);

describe('emit', () => {
  it('computes what two results share once', () => {
    const ops = opsOf(({ x }) => ({ a: tf.add(tf.exp(x!), 1), b: tf.add(tf.exp(x!), 2) }), { x: [4] });
    expect(ops.filter((op) => op === 'Exp')).toHaveLength(1);
  });

  it('leaves out a product with nothing but zeros, as the second gradient of a leaky ReLU has', async () => {
    const step: Parameters<typeof trace>[0] = ({ x, w }) => {
      const slope = (w: Tensor) =>
        tf.grad((x: Tensor) => tf.leakyRelu(tf.matMul(x as Tensor2D, w as Tensor2D)))(x!);
      return { y: tf.grad((w: Tensor) => tf.square(slope(w)))(w!) };
    };
    const specs = { x: [4, 3], w: [3, 5] };
    // Forwards, back to x, and from there to w; nothing back through the step that a leaky ReLU's slope makes.
    expect(opsOf(step, specs).filter((op) => op === 'Gemm')).toHaveLength(3);
    const { compiled, eager } = await runBoth(step, specs, { x: wave(12), w: wave(15, 2) });
    expect(distance(compiled.y!, eager.y!)).toBeLessThan(1e-6);
  });

  it('writes a new weight under its own name, without a copy', () => {
    const weight = tf.variable(tf.zeros([3, 3, 2, 4]));
    const ops = opsOf(
      ({ g }) => {
        weight.assign(tf.add(weight, g!) as typeof weight);
        return {};
      },
      { g: [3, 3, 2, 4] },
    );
    expect(ops).toEqual(['Add']);
  });

  it('copies where one value has to leave under two names, or as it came', async () => {
    const [a, b] = [tf.variable(tf.zeros([2]), true, 'a'), tf.variable(tf.zeros([2]), true, 'b')];
    const program = await loadHere(
      trace(
        ({ x }) => {
          const sum = tf.add(a, x);
          a.assign(sum as typeof a);
          b.assign(sum as typeof b);
          return { sum, x, five: tf.fill([2], 5) };
        },
        { x: [2] },
      ),
    );
    const results = await program.run({ x: Float32Array.of(1, 2) });
    expect(results).toEqual({
      sum: Float32Array.of(1, 2),
      x: Float32Array.of(1, 2),
      five: Float32Array.of(5, 5),
    });
    expect(await program.read()).toEqual({ a: Float32Array.of(1, 2), b: Float32Array.of(1, 2) });
    await program.dispose();
  });

  it('keeps its own names apart from those of inputs and results', async () => {
    const step: Parameters<typeof trace>[0] = (i) => ({
      '%1': tf.exp(i['%2']!),
      y: tf.neg(i.v3!),
      'y:condition': i.v3!,
    });
    const program = await loadHere(trace(step, { '%2': [2], v3: [2] }));
    const results = await program.run({ '%2': Float32Array.of(0, 0), v3: Float32Array.of(1, 2) });
    expect(results).toEqual({
      '%1': Float32Array.of(1, 1),
      y: Float32Array.of(-1, -2),
      'y:condition': Float32Array.of(1, 2),
    });
    await program.dispose();
  });

  it('adds a fused bias along the axis that it has', async () => {
    const step: Parameters<typeof trace>[0] = ({ a, b, bias }) => ({
      y: tf.fused.matMul({
        a: a as Tensor2D,
        b: b as Tensor2D,
        transposeA: false,
        transposeB: false,
        bias: bias!,
        activation: 'linear',
      }),
    });
    const inputs = { a: wave(9), b: wave(9, 2), bias: wave(3, 3) };
    for (const shape of [[3, 1], [1, 3], [3]]) {
      const { compiled, eager } = await runBoth(step, { a: [3, 3], b: [3, 3], bias: shape }, inputs);
      expect(distance(compiled.y!, eager.y!), `${shape}`).toBeLessThan(1e-6);
    }
  });

  it('keeps small differences between large numbers', async () => {
    const step: Parameters<typeof trace>[0] = ({ x }) => ({ y: tf.sum(tf.sub(x!, tf.scalar(100)), 0) });
    const x = wave(8192).map((n) => 100 + n / 1024);
    const { compiled, eager } = await runBoth(step, { x: [4096, 2] }, { x });
    expect(distance(compiled.y!, eager.y!)).toBeLessThan(1e-4);
  });

  it('sums everything in a large matrix by rows first', async () => {
    const step: Parameters<typeof trace>[0] = ({ x }) => ({ y: tf.sum(tf.square(x!)) });
    expect(opsOf(step, { x: [128, 80] }).filter((op) => op === 'Gemm')).toHaveLength(1);
    const { compiled, eager } = await runBoth(step, { x: [128, 80] }, { x: wave(128 * 80) });
    expect(distance(compiled.y!, eager.y!)).toBeLessThan(1e-5);
  });

  it('sums rows as a product, and adds a vector to many short rows as long ones', async () => {
    const step: Parameters<typeof trace>[0] = ({ x, v }) => ({
      sums: tf.sum(x!, [0, 1, 2]),
      shifted: tf.sub(x!, v!),
      scaled: tf.mul(tf.mul(x!, v!), tf.sum(v!)),
    });
    const specs = { x: [4, 13, 13, 6], v: [6] };
    expect(opsOf(step, specs)).toContain('Gemm');
    const traced = trace(step, specs);
    const program = await loadHere(traced);
    const inputs = { x: wave(4 * 169 * 6), v: wave(6, 2) };
    const { sums, shifted, scaled } = await program.run(inputs);
    const v = (i: number) => inputs.v[i % 6]!;
    const total = inputs.v.reduce((a, b) => a + b);
    expect(
      distance(
        shifted!,
        inputs.x.map((x, i) => x - v(i)),
      ),
    ).toBeLessThan(1e-6);
    expect(
      distance(
        scaled!,
        inputs.x.map((x, i) => x * v(i) * total),
      ),
    ).toBeLessThan(1e-5);
    const sum = (channel: number) => inputs.x.reduce((s, x, i) => (i % 6 === channel ? s + x : s), 0);
    expect(
      distance(
        sums!,
        Array.from({ length: 6 }, (_, channel) => sum(channel)),
      ),
    ).toBeLessThan(1e-5);
    await program.dispose();
  });
});
