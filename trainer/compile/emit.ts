import { Builder, type Expr, strip } from './expr.ts';
import { type Graph, lookup, type Shape, sizeOf } from './graph.ts';
import { translate } from './kernels/index.ts';
import { legalise } from './legalise.ts';
import {
  elementTypes,
  encodeModel,
  type Initializer,
  type OnnxModel,
  type OnnxNode,
  type TensorSpec,
} from './protobuf.ts';
import { rules } from './rewrite.ts';

/** A step as an ONNX model, with what a runtime needs to feed it and to keep its state. */
export interface EmittedStep {
  readonly model: OnnxModel;
  /** Every input of the step; `fed` is its name in the model, which leaves out inputs that nothing reads. */
  readonly inputs: readonly (TensorSpec & { readonly fed?: string | undefined })[];
  /** Each state slot's input and, where the step changes it, output, in the shape in which they are fed. */
  readonly state: readonly {
    readonly name: string;
    readonly input: TensorSpec;
    readonly output?: TensorSpec | undefined;
  }[];
  readonly results: readonly TensorSpec[];
}

/** Lowers a graph to ONNX: kernels to expressions, simplified, made fast for the runtime, written as nodes. */
export function emit(graph: Graph): EmittedStep {
  const g = new Builder(rules);
  const exprOf = lower(graph, g);
  const rootOf = (name: string, id: number) => ({
    name,
    expr: exactly(g, exprOf(id), lookup(graph, id).shape),
  });
  const changed = graph.state.filter(({ before, after }) => before !== after);
  const roots = [
    ...graph.results.map(({ name, value }) => rootOf(`result:${name}`, value)),
    ...changed.map(({ name, after }) => rootOf(`update:${name}`, after)),
  ];
  const legal = legalise(
    g,
    roots.map((root) => root.expr),
  );
  // Shapes of the outputs are the runtime's affair, bytes are the same: a last reshape would be a copy.
  const bodies = legal.map(unshaped);
  const writer = new Writer(g, new Map(bodies.map((body, i) => [body, roots[i]!.name])));
  const outputs = roots.map(({ name }, i) => writer.output(name, bodies[i]!));
  const fed = new Map(writer.inputs.map((spec) => [spec.name, spec]));
  const state = graph.state
    .filter(({ name, before, after }) => before !== after || fed.has(stateInput(name)))
    .map(({ name, before }) => ({
      name,
      input: fed.get(stateInput(name)) ?? { name: stateInput(name), shape: graph.values[before]!.shape },
      output: outputs.find((spec) => spec.name === `update:${name}`),
    }));
  return {
    model: { nodes: writer.nodes, initializers: writer.initializers, inputs: writer.inputs, outputs },
    inputs: graph.inputs.map(({ name, value }) => {
      const spec = fed.get(stepInput(name));
      return { name, shape: spec?.shape ?? graph.values[value]!.shape, fed: spec?.name };
    }),
    state,
    results: outputs
      .filter(({ name }) => name.startsWith('result:'))
      .map(({ name, shape }) => ({ name: name.slice(7), shape })),
  };
}

/** Inputs and state slots share one space of names in ONNX. */
const stepInput = (name: string) => `input:${name}`;
const stateInput = (name: string) => `state:${name}`;

/** Every value that a graph needs, as an expression of its inputs and its state. */
function lower(graph: Graph, g: Builder): (id: number) => Expr {
  const leaves = new Map<number, Expr>();
  const shapeOf = (id: number) => lookup(graph, id).shape;
  for (const { name, value } of graph.inputs) leaves.set(value, g.input(stepInput(name), shapeOf(value)));
  for (const { name, before } of graph.state) leaves.set(before, g.input(stateInput(name), shapeOf(before)));
  for (const [id, constant] of graph.constants) {
    if ('fill' in constant) leaves.set(id, g.scalar(constant.fill));
    else leaves.set(id, g.tensor(Float32Array.from(constant.data), strip(shapeOf(id))));
  }
  return translate(graph, g, leaves, (kernel) => kernel.lower);
}

/** A graph as ONNX's bytes, with what a runtime needs in order to feed it and to keep its state: plain data. */
export interface OnnxProgram {
  readonly bytes: Uint8Array;
  readonly step: Omit<EmittedStep, 'model'>;
}

const written = new WeakMap<Graph, OnnxProgram>();

/** The graph's ONNX model, written when it is first asked for: a plan holds the one that an engine loads. */
export function onnxOf(graph: Graph): OnnxProgram {
  let program = written.get(graph);
  if (!program) {
    const { model, ...step } = emit(graph);
    program = { bytes: encodeModel(model), step };
    written.set(graph, program);
  }
  return program;
}

/** A value in exactly its own shape: a scalar that stands for a tensor is repeated. */
const exactly = (g: Builder, x: Expr, shape: Shape): Expr =>
  sizeOf(x.shape) === sizeOf(shape) && x.scalar === undefined ? x : g.full(x, shape);

const unshaped = (x: Expr): Expr => (x.op === 'Reshape' ? x.inputs[0]! : x);

/** Writes expressions as ONNX nodes, each once, inputs before their users. */
class Writer {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: TensorSpec[] = [];
  readonly #g: Builder;
  readonly #names = new Map<Expr, string>();
  readonly #wanted: ReadonlyMap<Expr, string>;

  /** @param wanted the names of those expressions that are outputs */
  constructor(g: Builder, wanted: ReadonlyMap<Expr, string>) {
    this.#g = g;
    this.#wanted = wanted;
  }

  /** Writes `x` as an output. A copy is needed only where its value already has another name to keep. */
  output(name: string, x: Expr): TensorSpec {
    const written = this.#visit(x);
    if (written !== name) this.nodes.push({ op: 'Identity', inputs: [written], outputs: [name], attrs: {} });
    return { name, shape: x.shape };
  }

  #visit(x: Expr): string {
    return this.#names.get(x) ?? this.#write(x, (x.inputs.length > 0 && this.#wanted.get(x)) || `%${x.id}`);
  }

  #write(x: Expr, name: string): string {
    const own = x.name ?? name;
    this.#names.set(x, own);
    if (x.op === 'Input') this.inputs.push({ name: own, shape: x.shape });
    else if (x.op === 'Constant')
      this.initializers.push({ name: own, shape: x.shape, data: x.data ?? Float32Array.of(x.scalar!) });
    else {
      const { inputs, attrs } = operands(this.#g, x);
      // Named first, written last: a node stands behind its operands.
      const names = inputs.map((input) => this.#visit(input));
      this.nodes.push(...nodesOf(x.op, names, own, attrs));
    }
    return own;
  }
}

/** Where ONNX passes as operands what an expression holds as shape or attributes. */
function operands(g: Builder, x: Expr): Pick<Expr, 'inputs' | 'attrs'> {
  if (x.op === 'Reshape') return { inputs: [...x.inputs, g.integers(x.shape)], attrs: {} };
  if (x.op === 'ReduceSum')
    return { inputs: [...x.inputs, g.integers(x.attrs.axes as readonly number[])], attrs: { keepdims: 0 } };
  return x;
}

/** ONNX's Where wants a boolean, and our truth is a number. */
function nodesOf(op: string, inputs: string[], output: string, attrs: OnnxNode['attrs']): OnnxNode[] {
  if (op !== 'Where') return [{ op, inputs, outputs: [output], attrs }];
  const condition = `condition:${output}`;
  return [
    { op: 'Cast', inputs: [inputs[0]!], outputs: [condition], attrs: { to: elementTypes.bool } },
    { op, inputs: [condition, ...inputs.slice(1)], outputs: [output], attrs: {} },
  ];
}
