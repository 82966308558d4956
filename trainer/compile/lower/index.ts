import { type Builder, type Expr, strip } from '../expr.ts';
import { type Graph, liveCalls, lookup } from '../graph.ts';
import { convolutions } from './convolutions.ts';
import { elementwise } from './elementwise.ts';
import { products } from './products.ts';
import { reductions } from './reductions.ts';
import type { LoweringRule } from './rule.ts';
import { shapes } from './shapes.ts';

/** How every kernel is expressed, by its name. */
export const loweringRules: ReadonlyMap<string, LoweringRule> = new Map(
  [elementwise, shapes, reductions, products, convolutions].flatMap((table) => Object.entries(table)),
);

/** What a step computes, as expressions of its inputs: its results and the new value of each state slot. */
export interface LoweredStep {
  readonly results: readonly {
    readonly name: string;
    readonly expr: Expr;
    readonly shape: readonly number[];
  }[];
  readonly updates: readonly {
    readonly name: string;
    readonly expr: Expr;
    readonly shape: readonly number[];
  }[];
}

/** Inputs and state slots share one space of names in ONNX. */
export const stepInput = (name: string) => `input:${name}`;
export const stateInput = (name: string) => `state:${name}`;

/** Expresses every kernel call of a graph. State that no call changes is not updated. */
export function lower(graph: Graph, g: Builder): LoweredStep {
  const exprs = new Map<number, Expr>();
  const shapeOf = (id: number) => lookup(graph, id).shape;
  for (const { name, value } of graph.inputs) exprs.set(value, g.input(stepInput(name), shapeOf(value)));
  for (const { name, before } of graph.state) exprs.set(before, g.input(stateInput(name), shapeOf(before)));
  for (const [id, constant] of graph.constants) {
    if ('fill' in constant) exprs.set(id, g.scalar(constant.fill));
    else exprs.set(id, g.tensor(Float32Array.from(constant.data), strip(shapeOf(id))));
  }
  const exprOf = (id: number): Expr => {
    const expr = exprs.get(id);
    if (!expr) throw new Error(`%${id} is used before it is defined`);
    return expr;
  };
  for (const { kernel, inputs, attrs, output } of liveCalls(graph)) {
    const rule = loweringRules.get(kernel);
    if (!rule) throw new Error(`the kernel ${kernel} is traced but has no lowering rule`);
    const id = (name: string): number => {
      const found = inputs[name];
      if (found === undefined) throw new Error(`the kernel ${kernel} lacks its input ${name}`);
      return found;
    };
    const ids = Object.values(inputs);
    exprs.set(
      output,
      rule({
        g,
        expr: (name) => exprOf(id(name)),
        optional: (name) => (inputs[name] === undefined ? undefined : exprOf(id(name))),
        exprs: ids.map(exprOf),
        list: ids.map((i) => lookup(graph, i)),
        shape: (name) => shapeOf(id(name)),
        dtype: (name) => lookup(graph, id(name)).dtype,
        attrs: <A>() => attrs as A,
        output: shapeOf(output),
      }),
    );
  }
  return {
    results: graph.results.map(({ name, value }) => ({ name, expr: exprOf(value), shape: shapeOf(value) })),
    updates: graph.state
      .filter(({ before, after }) => before !== after)
      .map(({ name, after }) => ({ name, expr: exprOf(after), shape: shapeOf(after) })),
  };
}
