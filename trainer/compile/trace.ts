import type * as tfjs from '@tensorflow/tfjs';
import { callsFor, checkGraph, type Graph, printGraph, type Shape, type StateSlot } from './graph.ts';
import { tf } from './tf.ts';
import { type Recording, type TraceBackend, TraceError, traceBackendName } from './trace-backend.ts';

export type StepInputs<Name extends string = string> = Readonly<Record<Name, tfjs.Tensor>>;
/** One training step in ordinary tfjs: reads its inputs, assigns variables, returns what is to be logged. */
export type Step<Input extends string = string, Result extends string = string> = (
  inputs: StepInputs<Input>,
) => Readonly<Record<Result, tfjs.Tensor>>;
/** The shape of each input. */
export type Specs<Name extends string = string> = Readonly<Record<Name, Shape>>;

export interface Trace {
  readonly graph: Graph;
  /** The variables behind `graph.state`, in its order. */
  readonly variables: readonly tfjs.Variable[];
  /** The numbers that those variables hold when it is called, by the names of their slots. */
  initialState(): Record<string, Float32Array<ArrayBuffer>>;
}

/**
 * Runs `step` on symbolic inputs and returns the graph of kernels that it called.
 * Variables that it reads or assigns become state; other tensors from outside become constants.
 * The step runs at least twice: a first time because optimisers make their variables inside their first
 * step, as under tf.function, and again to find what differs from call to call.
 *
 * @param nameOf the name of a variable's state; by default the variable's own
 * @throws TraceError when the step can't be compiled: an unknown kernel, a tensor read inside it, numbers
 *   computed in JavaScript baked into it, shapes or variables that change from call to call
 */
export function trace<Input extends string, Result extends string>(
  step: Step<Input, Result>,
  specs: Specs<Input>,
  { nameOf = (variable: tfjs.Variable) => variable.name } = {},
): Trace {
  let attempt = traceOnce(step, specs);
  if (attempt.created.length > 0) attempt = traceOnce(step, specs);
  if (attempt.created.length > 0) {
    const names = attempt.created.map((variable) => variable.name);
    tf.dispose([...attempt.created]);
    throw new TraceError(
      `the step makes a new variable each time it runs (${names.join(', ')}). Make it once, outside the step`,
    );
  }
  const first = toGraph(attempt, nameOf);
  const second = toGraph(traceOnce(step, specs), nameOf);
  checkSame(first.graph, second.graph);
  const { graph, variables } = second;
  checkGraph(graph);
  const initialState = () =>
    Object.fromEntries(
      variables.map((variable, i) => [graph.state[i]!.name, Float32Array.from(variable.dataSync())]),
    );
  return { graph, variables, initialState };
}

interface Attempt {
  readonly recording: Recording;
  readonly inputs: Graph['inputs'];
  readonly results: Graph['results'];
  readonly state: readonly { variable: tfjs.Variable; before: number; after: number }[];
  readonly created: readonly tfjs.Variable[];
}

function traceOnce(step: Step, specs: Specs): Attempt {
  const engine = tf.engine();
  const home = tf.getBackend();
  const backend = tf.findBackend(traceBackendName) as TraceBackend;
  const recording = backend.restart();
  const variables = Object.values(engine.registeredVariables);
  unshare(variables);
  // Assigning a variable frees its old data, so hold a second reference to put back afterwards.
  const kept = variables.map((variable) => tf.keep(variable.clone()));
  const created: { variable: tfjs.Variable; initial: number }[] = [];
  const { makeVariable } = engine;
  engine.makeVariable = (...args) => {
    const variable = makeVariable.apply(engine, args);
    created.push({ variable, initial: backend.symbol(variable).id });
    return variable;
  };
  const restore = () => {
    engine.makeVariable = makeVariable;
    void tf.setBackend(home);
    variables.forEach((variable, i) => {
      const original = kept[i]!;
      if (variable.dataId !== original.dataId) variable.assign(original);
      original.dispose();
    });
  };
  void tf.setBackend(traceBackendName);
  engine.startScope('trace');
  let complete = false;
  try {
    const before = variables.map((variable) => backend.symbol(variable).id);
    const fed = Object.entries(specs).map(([name, shape]) => {
      const { id } = recording.value(shape, 'float32');
      const { dataId } = backend.bind(recording.values[id]!);
      return { name, value: id, tensor: engine.makeTensorFromDataId(dataId, [...shape], 'float32', backend) };
    });
    const returned = step(Object.fromEntries(fed.map(({ name, tensor }) => [name, tensor])));
    if (returned instanceof Promise)
      throw new TraceError('the step is asynchronous; a step has to call its operations and return at once');
    const idOf = (tensor: tfjs.Tensor) => backend.symbol(tensor).id;
    complete = true;
    return {
      recording,
      inputs: fed.map(({ name, value }) => ({ name, value })),
      results: Object.entries(returned).map(([name, tensor]) => ({ name, value: idOf(tensor) })),
      state: variables.map((variable, i) => ({ variable, before: before[i]!, after: idOf(variable) })),
      created: created.map(({ variable }) => variable),
    };
  } finally {
    engine.endScope();
    restore();
    if (complete) initialise(created, recording);
    else for (const { variable } of created) variable.dispose();
  }
}

/**
 * tfjs lets tensors share data until a variable is assigned. In a graph each variable is a slot of its own, so
 * one whose data something else refers to gets a copy.
 */
function unshare(variables: readonly tfjs.Variable[]): void {
  for (const variable of variables) {
    if (tf.engine().backend.refCount(variable.dataId) < 2) continue;
    const copy = tf.tensor(variable.dataSync(), variable.shape, variable.dtype);
    variable.assign(copy);
    copy.dispose();
  }
}

/** Gives variables that were made inside the trace, on the recording backend, their real first values. */
function initialise(
  created: readonly { readonly variable: tfjs.Variable; readonly initial: number }[],
  recording: Recording,
): void {
  const computed = created.filter(({ initial }) => uniformValue(initial, recording) === undefined);
  for (const { variable, initial } of created) {
    const value = tf.fill(variable.shape, uniformValue(initial, recording) ?? 0, variable.dtype);
    variable.assign(value);
    value.dispose();
  }
  if (computed.length === 0) return;
  for (const { variable } of created) variable.dispose();
  throw new TraceError(
    `the first value of the variable ${computed[0]!.variable.name} is computed by the step. Make the variable outside the step, or start it from a constant`,
  );
}

/** The one number that fills a value, or undefined where it is not so simple. */
function uniformValue(id: number, { constants, calls }: Recording): number | undefined {
  const constant = constants.get(id);
  if (constant && 'fill' in constant) return constant.fill;
  const call = calls.find((c) => c.output === id);
  if (call?.kernel === 'ZerosLike') return 0;
  if (call?.kernel === 'OnesLike') return 1;
  if (call?.kernel === 'Fill') return call.attrs.value as number;
  return undefined;
}

function toGraph(
  attempt: Attempt,
  nameOf: (variable: tfjs.Variable) => string,
): { graph: Graph; variables: tfjs.Variable[] } {
  const { recording } = attempt;
  const { values, calls } = recording;
  const changed = attempt.state.filter(({ before, after }) => before !== after);
  const left = [...attempt.results.map(({ value }) => value), ...changed.map(({ after }) => after)];
  const read = new Set([...left, ...callsFor(calls, left).flatMap((call) => Object.values(call.inputs))]);
  const touched = attempt.state.filter(({ before, after }) => before !== after || read.has(before));
  const state: StateSlot[] = touched.map(({ variable, before, after }) => ({
    name: nameOf(variable),
    before,
    after,
  }));
  const constants = new Map(recording.constants);
  const variables = new Set(attempt.state.map((s) => s.before));
  for (const [id, tensor] of recording.captured)
    if (!variables.has(id)) constants.set(id, { data: tf.engine().readSync(tensor.dataId) as Float32Array });
  return {
    graph: { values, constants, inputs: attempt.inputs, state, results: attempt.results, calls },
    variables: touched.map((s) => s.variable),
  };
}

/** @throws TraceError at the first line in which two traces of one step differ */
function checkSame(first: Graph, second: Graph): void {
  const [a, b] = [first, second].map((graph) => printGraph(graph).split('\n')) as [string[], string[]];
  const i = a.findIndex((line, k) => line !== b[k]);
  if (i < 0 && a.length === b.length) {
    checkSameConstants(first, second);
    return;
  }
  const at = i < 0 ? Math.min(a.length, b.length) : i;
  throw new TraceError(
    `the step is not the same from call to call: "${a[at] ?? 'nothing'}" the first time, "${b[at] ?? 'nothing'}" the second. Shapes must stay the same, and numbers that change (randomness, a learning rate, a counter) must be inputs of the step`,
  );
}

/** @throws TraceError where a captured tensor is not the same in two traces of one step */
function checkSameConstants(first: Graph, second: Graph): void {
  for (const [id, constant] of first.constants) {
    const other = second.constants.get(id);
    if (!('data' in constant) || !other || !('data' in other)) continue;
    if (constant.data.some((n, i) => !Object.is(n, other.data[i])))
      throw new TraceError(
        `the step uses another tensor of shape [${first.values[id]!.shape}] from call to call, and every step would see the numbers of one. Give it to the step as an input`,
      );
  }
}
