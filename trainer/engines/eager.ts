import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import { type Graph, type KernelCall, liveCalls, lookup, sizeOf } from '../compile/graph.ts';
import { describeProcessor } from './machine.ts';
import { checkInputs, checkSlot, type EngineKind, type Program, type Tensors } from './program.ts';

/**
 * Runs a traced step kernel by kernel on tfjs's plain backend: slow, simple, and the reference that every
 * other engine is held against.
 */
export const eager: EngineKind<Graph> = {
  name: 'eager',
  used: 'eager',
  provider: 'cpu',
  title: 'tfjs on the CPU',
  slow: true,
  here: () => true,
  describe: () => describeProcessor(1),
  source: async (graph) => graph,
  load,
};

/** Kernels whose inputs are a list rather than a record. */
const listKernels = new Set(['AddN', 'Concat']);

async function load(graph: Graph, initial: Tensors): Promise<Program> {
  const { tf } = await import('../compile/tf.ts');
  const calls = liveCalls(graph);
  const make = (id: number, data: Float32Array | Int32Array | Uint8Array) => {
    const { shape, dtype } = lookup(graph, id);
    return tf.keep(tf.tensor(data, [...shape], dtype));
  };
  const constants = new Map(
    [...graph.constants].map(([id, constant]) => {
      const { shape } = lookup(graph, id);
      return [
        id,
        make(id, 'fill' in constant ? new Float32Array(sizeOf(shape)).fill(constant.fill) : constant.data),
      ];
    }),
  );
  const zero = (id: number) => new Float32Array(sizeOf(lookup(graph, id).shape));
  const state = new Map(
    graph.state.map((s) => [s.name, make(s.before, initial[s.name]?.slice() ?? zero(s.before))]),
  );
  const sizes = graph.inputs.map(({ name, value }) => ({ name, size: sizeOf(lookup(graph, value).shape) }));

  const runCall = ({ kernel, inputs, attrs }: KernelCall, values: ReadonlyMap<number, Tensor>): Tensor => {
    const named = Object.fromEntries(Object.entries(inputs).map(([name, id]) => [name, values.get(id)!]));
    const given = listKernels.has(kernel) ? Object.values(named) : named;
    return tf.engine().runKernel(kernel, given as NamedTensorMap, attrs as NamedAttrMap) as Tensor;
  };

  return {
    async run(inputs) {
      checkInputs(inputs, sizes);
      const values = new Map(constants);
      tf.engine().startScope('step');
      try {
        for (const { name, value } of graph.inputs) values.set(value, make(value, inputs[name]!));
        for (const { name, before } of graph.state) values.set(before, state.get(name)!);
        for (const call of calls) values.set(call.output, runCall(call, values));
        const changed = graph.state.filter(({ before, after }) => before !== after);
        const updates = changed.map(({ name, after }) => ({
          name,
          value: tf.keep(tf.clone(values.get(after)!)),
        }));
        const results = graph.results.map(({ name, value }) => {
          return [name, Float32Array.from(values.get(value)!.dataSync())] as const;
        });
        for (const { name, value } of updates) {
          state.get(name)!.dispose();
          state.set(name, value);
        }
        return Object.fromEntries(results);
      } finally {
        tf.dispose(graph.inputs.flatMap(({ value }) => values.get(value) ?? []));
        tf.engine().endScope();
      }
    },
    async read() {
      return Object.fromEntries([...state].map(([name, t]) => [name, Float32Array.from(t.dataSync())]));
    },
    async write(given) {
      for (const { name, before } of graph.state) {
        const data = given[name];
        if (!data) continue;
        checkSlot(name, data.length, sizeOf(lookup(graph, before).shape));
        state.get(name)!.dispose();
        state.set(name, make(before, data.slice()));
      }
    },
    async dispose() {
      tf.dispose([...state.values(), ...constants.values()]);
    },
  };
}
