import { type Graph, lookup, type Shape } from './graph.ts';
import { NodeWriter, type Ref, type TfNode } from './graph-def.ts';
import { translate } from './kernels/index.ts';

/** A tensor that is fed or fetched, by its name in the graph. */
interface Place {
  readonly name: string;
  readonly shape: Shape;
  readonly tensor: string;
}

/** A step as TensorFlow operations, with what a runtime needs to feed it and to read what it leaves. */
export interface TensorFlowStep {
  readonly nodes: readonly TfNode[];
  readonly inputs: readonly Place[];
  /** Each slot lives in a variable: `tensor` fetches it; feeding `written` and fetching `writes` replaces it. */
  readonly state: readonly (Place & { readonly written: string; readonly writes: string })[];
  readonly results: readonly Place[];
  /** Fetching it plays the step: it comes after every update of the state. */
  readonly done: string;
}

/**
 * Writes a graph as TensorFlow operations. The state lives in resource variables, on the device, from call to
 * call; a step reads all of it before it replaces any.
 *
 * @param device where floats are computed and kept, as in `/device:GPU:0`. A device that is not there, or that
 *   lacks a kernel, is an error when the graph is loaded or run, never a silent move to another
 */
export function emitTensorFlow(graph: Graph, device: string): TensorFlowStep {
  const g = new NodeWriter(device);
  const leaves = new Map<number, Ref>();
  const inputs = graph.inputs.map(({ name, value }) => {
    const { shape, dtype } = lookup(graph, value);
    const fed = placeholder(g, shape);
    leaves.set(value, g.cast(fed, dtype));
    return place(name, fed);
  });
  const slots = graph.state.map(({ name, before, after }) => {
    const { shape, dtype } = lookup(graph, before);
    const variable = makeVariable(g, shape);
    leaves.set(before, g.cast(variable.value, dtype));
    return { name, changed: before !== after, after, ...variable };
  });
  for (const [id, content] of graph.constants) {
    const { shape, dtype } = lookup(graph, id);
    leaves.set(id, g.constant(dtype, shape, content));
  }
  const ref = translate(graph, g, leaves, (kernel) => kernel.tensorflow);
  const results = graph.results.map(({ name, value }) => place(name, g.cast(ref(value), 'float32')));
  const reads = slots.map(({ value }) => `^${value.node}`);
  const updates = slots.flatMap(({ changed, after, assign }) =>
    changed ? [assign(g.cast(ref(after), 'float32'), reads)] : [],
  );
  return {
    nodes: g.nodes,
    inputs,
    state: slots.map(({ name, value, written, writes }) => ({ ...place(name, value), written, writes })),
    results,
    done: signal(g, updates),
  };
}

const tensorOf = (node: string) => `${node}:0`;
const place = (name: string, { shape, node }: Ref): Place => ({ name, shape, tensor: tensorOf(node) });

const placeholder = (g: NodeWriter, shape: Shape): Ref => {
  const attrs = { dtype: { type: 'float32' }, shape: { shape } } as const;
  return g.op('Placeholder', [], { shape, dtype: 'float32' }, attrs);
};

/** A number to fetch, which exists only after these operations. */
const signal = (g: NodeWriter, after: readonly string[]): string => {
  const zero = { dtype: 'int32', shape: [], content: { fill: 0 } } as const;
  const attrs = { dtype: { type: 'int32' }, value: { tensor: zero } } as const;
  return tensorOf(
    g.write(
      'Const',
      after.map((node) => `^${node}`),
      attrs,
      { device: '' },
    ),
  );
};

/** A variable with its value at the start of a step, and the means to replace it from outside. */
function makeVariable(g: NodeWriter, shape: Shape) {
  const dtype = { type: 'float32' } as const;
  const name = `variable${g.nodes.length}`;
  const handle = g.write(
    'VarHandleOp',
    [],
    { dtype, shape: { shape }, shared_name: { text: name } },
    { name },
  );
  const value = g.op(
    'ReadVariableOp',
    [{ node: handle, shape, dtype: 'float32' }],
    { shape, dtype: 'float32' },
    { dtype },
  );
  const assign = (next: Ref, after: readonly string[] = []) =>
    g.write('AssignVariableOp', [handle, next.node, ...after], { dtype });
  const written = placeholder(g, shape);
  // A fed tensor is JavaScript's memory, and a variable outlives it.
  const writes = signal(g, [assign(g.op('DeepCopy', [written], written))]);
  return { value, assign, written: tensorOf(written.node), writes };
}
