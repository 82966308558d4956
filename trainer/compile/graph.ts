/**
 * A traced step as plain data: every tfjs kernel that it calls, in order, computing nothing.
 * Plain data so that it can be printed, checked, compared and posted to a worker.
 */
export type Shape = readonly number[];
export type DType = 'float32' | 'int32' | 'bool';

/** Numbers fixed when the step was traced: one value everywhere, or a captured tensor's data. */
export type Constant = { readonly fill: number } | { readonly data: Float32Array | Int32Array | Uint8Array };

/** What is known of a tensor before it exists. */
export interface Typed {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One tensor of the graph. `id` is its place in `Graph.values`. */
export interface Value extends Typed {
  readonly id: number;
}

/** One kernel call. Kernels that take a list of tensors (AddN, Concat) name their inputs '0', '1', … */
export interface KernelCall {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly output: number;
}

/** A variable of the step: its value when the step starts and its value when it ends. */
export interface StateSlot {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

export interface Graph {
  readonly values: readonly Value[];
  readonly constants: ReadonlyMap<number, Constant>;
  readonly inputs: readonly { readonly name: string; readonly value: number }[];
  readonly state: readonly StateSlot[];
  readonly results: readonly { readonly name: string; readonly value: number }[];
  readonly calls: readonly KernelCall[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, d) => product * d, 1);
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

/** The value with this id. @throws Error when the graph has none, which is a fault of the graph's maker. */
export function lookup(graph: Graph, id: number): Value {
  const value = graph.values[id];
  if (!value) throw new Error(`the graph has no value %${id}`);
  return value;
}

/** Verifies that every value is defined before it is used and once only. @throws Error naming the first fault. */
export function checkGraph(graph: Graph): void {
  const defined = new Set<number>(graph.constants.keys());
  const define = (id: number, what: string) => {
    if (defined.has(id)) throw new Error(`${what} defines %${id} a second time`);
    defined.add(lookup(graph, id).id);
  };
  const use = (id: number, what: string) => {
    if (!defined.has(id)) throw new Error(`${what} uses %${id}, which nothing defines before it`);
  };
  for (const { name, value } of graph.inputs) define(value, `input ${name}`);
  for (const { name, before } of graph.state) define(before, `state ${name}`);
  for (const call of graph.calls) {
    for (const id of Object.values(call.inputs)) use(id, call.kernel);
    define(call.output, call.kernel);
  }
  for (const { name, value } of graph.results) use(value, `result ${name}`);
  for (const { name, after } of graph.state) use(after, `state ${name}`);
}

/** The calls that these values need, in their order. */
export function callsFor(calls: readonly KernelCall[], values: Iterable<number>): KernelCall[] {
  const wanted = new Set(values);
  const needed: KernelCall[] = [];
  for (const call of calls.toReversed()) {
    if (!wanted.has(call.output)) continue;
    needed.push(call);
    for (const id of Object.values(call.inputs)) wanted.add(id);
  }
  return needed.reverse();
}

/** The calls that some result or state needs: a traced step computes things that nobody reads. */
export const liveCalls = ({ calls, results, state }: Graph): KernelCall[] =>
  callsFor(calls, [...results.map((r) => r.value), ...state.map((s) => s.after)]);

/** The graph in words, one line a value, as `--print-graph` shows it. */
export function printGraph(graph: Graph): string {
  const typed = (id: number) => {
    const { shape, dtype } = lookup(graph, id);
    return `%${id}: ${dtype === 'float32' ? '' : dtype}[${shape.join(', ')}]`;
  };
  const constant = (c: Constant) => ('fill' in c ? `${c.fill}` : `${c.data.length} numbers`);
  const attrs = (a: KernelCall['attrs']) => {
    const shown = Object.entries(a).filter(([, v]) => v !== undefined && v !== null);
    return shown.length ? ` {${shown.map(([k, v]) => `${k}: ${JSON.stringify(v)}`).join(', ')}}` : '';
  };
  return [
    ...graph.inputs.map(({ name, value }) => `input  ${typed(value)}  ${name}`),
    ...graph.state.map(({ name, before }) => `state  ${typed(before)}  ${name}`),
    ...[...graph.constants].map(([id, c]) => `const  ${typed(id)} = ${constant(c)}`),
    ...graph.calls.map(
      ({ kernel, inputs, attrs: a, output }) =>
        `${typed(output)} = ${kernel}(${Object.entries(inputs)
          .map(([k, id]) => `${k}: %${id}`)
          .join(', ')})${attrs(a)}`,
    ),
    ...graph.results.map(({ name, value }) => `result %${value}  ${name}`),
    ...graph.state.filter((s) => s.after !== s.before).map(({ name, after }) => `update %${after}  ${name}`),
  ].join('\n');
}
