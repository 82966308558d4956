import type * as tfjs from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineInfo } from '../../engines/program.ts';
import { compiledEngines, distance, loadHere, runEagerly, wave } from '../compiled-fixture.ts';
import { sizeOf } from '../graph.ts';
import { tf } from '../tf.ts';
import { trace } from '../trace.ts';
import { type Case, cases } from './cases-fixture.ts';
import { countFlops, kernels } from './index.ts';

// Every kernel, on random shapes and attributes, compiled against tfjs's own backend. A case is generated as
// plain data, so that a failure shows it and shrinks it.

/** The same operands, each left to broadcast from a smaller tensor along some of its dimensions. */
const broadcastOperands = (given: fc.Arbitrary<Case>) =>
  fc
    .tuple(given, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
    .map(([{ specs, step }, ones]): Case => {
      const shapes = Object.entries(specs);
      const smaller = shapes.map(
        ([name, s], i) => [name, s.map((d, k) => (ones[(i * 4 + k) % 8] ? 1 : d))] as const,
      );
      return {
        specs: Object.fromEntries(smaller),
        step: (inputs) =>
          step(
            Object.fromEntries(shapes.map(([name, s]) => [name, tf.add(tf.zeros([...s]), inputs[name]!)])),
          ),
      };
    });
const reached = new Set<string>();

const compareOn =
  (engine: EngineInfo) =>
  async ({ specs, step }: Case): Promise<void> => {
    const inputs = Object.fromEntries(
      Object.entries(specs).map(([name, s], i) => [name, wave(sizeOf(s), i + 1)]),
    );
    const traced = trace(step, specs);
    for (const { kernel } of traced.graph.calls) reached.add(kernel);
    const program = await loadHere(traced, engine);
    const compiled = await program.run(inputs);
    await program.dispose();
    const eager = runEagerly(step, specs, inputs);
    expect(distance(compiled.y!, eager.y!)).toBeLessThan(engine.used === 'tensorflow' ? 4e-6 : 2e-6);
  };

describe.each(compiledEngines)('every kernel, compiled for %s, equals the plain backend', (_, engine) => {
  const compare = compareOn(engine);
  for (const [kernel, arbitrary] of Object.entries(cases))
    it(kernel, () => fc.assert(fc.asyncProperty(arbitrary, compare), { numRuns: 25, seed: 20_26 }));

  for (const kernel of [
    'Conv2D',
    'FusedConv2D',
    'Conv2DBackpropInput',
    'Conv2DBackpropFilter',
    'BatchMatMul',
    '_FusedMatMul',
    'FusedBatchNorm',
    'Reshape',
    'Concat',
    'Slice',
    'Transpose',
  ])
    it(`${kernel} of operands that are left to broadcast`, () =>
      fc.assert(fc.asyncProperty(broadcastOperands(cases[kernel]!), compare), { numRuns: 25, seed: 20_26 }));
});

describe('every kernel', () => {
  it('of which there is a record has a case that reaches it', () => {
    expect([...kernels.keys()].filter((kernel) => !reached.has(kernel))).toEqual([]);
  });
  afterAll(() => tf.disposeVariables());
});

describe('countFlops', () => {
  it('counts two for each multiply-add of a product, either side transposed', () => {
    const step = (i: Readonly<Record<'a' | 'b', tfjs.Tensor>>) => ({ y: tf.matMul(i.a, i.b, true, false) });
    expect(countFlops(trace(step, { a: [5, 3], b: [5, 7] }).graph)).toBe(2 * 3 * 5 * 7);
  });

  it('counts a convolution and both of its gradients alike', () => {
    const loss = (x: tfjs.Tensor, filter: tfjs.Tensor) =>
      tf.conv2d(x as tfjs.Tensor4D, filter as tfjs.Tensor4D, 2, 'valid');
    const specs = { x: [2, 9, 9, 3], filter: [3, 3, 3, 4] };
    const once = 2 * (2 * 4 * 4 * 4) * (3 * 3 * 3);
    expect(countFlops(trace((i) => ({ y: loss(i.x, i.filter) }), specs).graph)).toBe(once);
    const gradients = (i: Readonly<Record<'x' | 'filter', tfjs.Tensor>>) => {
      const [dx, dFilter] = tf.grads((x, filter) => loss(x!, filter!))([i.x, i.filter]);
      return { dx: dx!, dFilter: dFilter! };
    };
    // The convolution itself is not counted: its result is not needed for its gradients.
    expect(countFlops(trace(gradients, specs).graph)).toBe(2 * once);
  });
});
