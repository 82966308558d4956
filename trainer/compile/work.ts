import type * as tfjs from '@tensorflow/tfjs';
import { type Graph, type KernelCall, liveCalls, lookup, sizeOf } from './graph.ts';

/**
 * Floating-point operations of a step's matrix products and convolutions, a multiply-add being two: the work
 * that any implementation has to do, whatever else it does. Elementwise work is not counted.
 */
export function countFlops(graph: Graph): number {
  return liveCalls(graph).reduce((sum, call) => sum + 2 * multiplyAdds(graph, call), 0);
}

function multiplyAdds(graph: Graph, { kernel, inputs, attrs, output }: KernelCall): number {
  const shape = (name: string) => lookup(graph, inputs[name]!).shape;
  const result = lookup(graph, output).shape;
  switch (kernel) {
    case 'BatchMatMul':
    case '_FusedMatMul':
      return (
        sizeOf(result) * shape('a').at((attrs as unknown as tfjs.BatchMatMulAttrs).transposeA ? -2 : -1)!
      );
    case 'Conv2D':
    case 'FusedConv2D':
      return sizeOf(result) * sizeOf(shape('filter').slice(0, 3));
    // Every number of dy meets a whole filter of one output channel, forwards and backwards.
    case 'Conv2DBackpropInput':
      return sizeOf(shape('dy')) * sizeOf(shape('filter').slice(0, 3));
    case 'Conv2DBackpropFilter':
      return sizeOf(shape('dy')) * sizeOf(result.slice(0, 3));
    default:
      return 0;
  }
}
