import { type Graph, type KernelCall, liveCalls, lookup } from '../graph.ts';
import { convolutions } from './convolutions.ts';
import { elementwise } from './elementwise.ts';
import { callSite, type Kernel, missing, type Translation } from './kernel.ts';
import { products } from './products.ts';
import { reductions } from './reductions.ts';
import { shapes } from './shapes.ts';

/** Every kernel that a step may call, by its name in tfjs. */
export const kernels: ReadonlyMap<string, Kernel> = new Map(
  [elementwise, products, convolutions, reductions, shapes].flatMap((family) => Object.entries(family)),
);

/** @throws Error for a kernel without a record, which no trace lets into a graph */
function recordOf({ kernel }: KernelCall): Kernel {
  const record = kernels.get(kernel);
  if (!record) throw new Error(`the graph calls the kernel ${kernel}, of which there is no record`);
  return record;
}

const siteOf = (graph: Graph, { kernel, inputs, attrs }: KernelCall) =>
  callSite(kernel, new Map(Object.entries(inputs).map(([name, id]) => [name, lookup(graph, id)])), attrs);

/**
 * Writes the calls that a graph needs, in their order, by the rule that each kernel's record has for a target.
 *
 * @param known what inputs, state and constants were written as, by their ids
 * @returns what any value of the graph was written as, by its id
 */
export function translate<Writer, Written>(
  graph: Graph,
  g: Writer,
  known: ReadonlyMap<number, Written>,
  rule: (kernel: Kernel) => (call: Translation<Writer, Written>) => Written,
): (id: number) => Written {
  const all = new Map(known);
  const written = (id: number): Written => {
    const found = all.get(id);
    if (found === undefined) throw new Error(`%${id} is used before it is defined`);
    return found;
  };
  for (const call of liveCalls(graph)) {
    const { kernel, inputs, output } = call;
    const optional = (name: string) => (inputs[name] === undefined ? undefined : written(inputs[name]));
    const translation = {
      ...siteOf(graph, call),
      g,
      input: (name: string) => optional(name) ?? missing(kernel, name),
      optional,
      inputs: Object.values(inputs).map(written),
      output: lookup(graph, output),
    };
    all.set(output, rule(recordOf(call))(translation));
  }
  return written;
}

/**
 * Floating-point operations of a step's matrix products and convolutions, a multiply-add being two: the work
 * that any implementation has to do, whatever else it does.
 */
export const countFlops = (graph: Graph): number =>
  liveCalls(graph).reduce((sum, call) => {
    const macs = recordOf(call).macs?.(siteOf(graph, call), lookup(graph, call.output).shape) ?? 0;
    return sum + 2 * macs;
  }, 0);
