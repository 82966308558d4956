import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineInfo } from '../engines/program.ts';
import { compiledEngines, distance, loadHere, runEagerly, wave } from './compiled-fixture.ts';
import { sizeOf } from './graph.ts';
import { type Case, cases } from './kernel-cases-fixture.ts';
import { kernels } from './kernels.ts';
import { loweringRules } from './lower/index.ts';
import { tensorflowRules } from './tensorflow/rules.ts';
import { tf } from './tf.ts';
import { trace } from './trace.ts';

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
  it('in the table has a case that reaches it', () => {
    expect([...kernels.keys()].filter((kernel) => !reached.has(kernel))).toEqual([]);
  });
  it('that can be traced can be compiled for every engine', () => {
    expect([...loweringRules.keys()].sort()).toEqual([...kernels.keys()].sort());
    expect([...tensorflowRules.keys()].sort()).toEqual([...kernels.keys()].sort());
  });
  afterAll(() => tf.disposeVariables());
});
