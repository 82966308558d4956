import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import { checkGraph, type Graph, printGraph, type Shape, type StateSlot } from './graph.ts';
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
  if (attempt.created.length > 0)
    throw new TraceError(
      `the step makes a new variable each time it runs (${attempt.created.map((v) => v.name).join(', ')}). Make it once, outside the step`,
    );
  const first = toGraph(attempt, nameOf);
  const second = toGraph(traceOnce(step, specs), nameOf);
  checkSame(first.graph, second.graph);
  checkGraph(second.graph);
  return second;
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
  try {
    const before = variables.map((variable) => backend.symbol(variable).id);
    const fed = Object.entries(specs).map(([name, shape]) => {
      const { id } = recording.value(shape, 'float32');
      const { dataId } = backend.bind(recording.values[id]!);
      return { name, value: id, tensor: engine.makeTensorFromDataId(dataId, [...shape], 'float32', backend) };
    });
    const returned = step(Object.fromEntries(fed.map(({ name, tensor }) => [name, tensor])));
    const idOf = (tensor: tfjs.Tensor) => backend.symbol(tensor).id;
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
    for (const { variable, initial } of created) initialise(variable, initial, recording);
  }
}

/** tfjs lets variables share data until one is assigned; in a graph each must be a slot of its own. */
function unshare(variables: readonly tfjs.Variable[]): void {
  const seen = new Set<object>();
  for (const variable of variables) {
    if (seen.has(variable.dataId)) {
      const copy = tf.tensor(variable.dataSync(), variable.shape, variable.dtype);
      variable.assign(copy);
      copy.dispose();
    }
    seen.add(variable.dataId);
  }
}

/** Gives a variable that was made inside the trace, on the recording backend, its real first value. */
function initialise(variable: tfjs.Variable, initial: number, recording: Recording): void {
  const fill = uniformValue(initial, recording);
  if (fill === undefined) {
    variable.dispose();
    throw new TraceError(
      `the first value of the variable ${variable.name} is computed by the step. Make the variable outside the step, or start it from a constant`,
    );
  }
  const value = tf.fill(variable.shape, fill, variable.dtype);
  variable.assign(value);
  value.dispose();
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
  const read = new Set(recording.calls.flatMap((call) => Object.values(call.inputs)));
  for (const { value } of attempt.results) read.add(value);
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
  const { values, calls } = recording;
  return {
    graph: { values, constants, inputs: attempt.inputs, state, results: attempt.results, calls },
    variables: touched.map((s) => s.variable),
  };
}

/** @throws TraceError at the first line in which two traces of one step differ */
function checkSame(first: Graph, second: Graph): void {
  const [a, b] = [first, second].map((graph) => printGraph(graph).split('\n')) as [string[], string[]];
  const i = a.findIndex((line, k) => line !== b[k]);
  if (i < 0 && a.length === b.length) return;
  const at = i < 0 ? Math.min(a.length, b.length) : i;
  throw new TraceError(
    `the step is not the same from call to call: "${a[at] ?? 'nothing'}" the first time, "${b[at] ?? 'nothing'}" the second. Shapes must stay the same, and numbers that change (randomness, a learning rate, a counter) must be inputs of the step`,
  );
}
