import { trace } from '../compile/trace.ts';
import { tf } from '../tf.ts';
import { type EngineInfo, startEngine } from './engine.ts';

/** Side of the matrices: large enough for the runtime to show its speed, small enough to wait for. */
const side = 1024;

/**
 * Multiplies two matrices on an engine, a few times.
 *
 * @returns the best rate in GFLOP/s
 * @throws Error when the engine can't start, can't compute, or computes something wrong
 */
export async function tryEngine(info: EngineInfo): Promise<number> {
  const { graph } = trace(({ a, b }) => ({ product: tf.matMul(a!, b!) }), {
    a: [side, side],
    b: [side, side],
  });
  const engine = startEngine(info);
  try {
    const program = await engine.load(graph, {});
    const times: number[] = [];
    for (let round = 0; round < 8; round++) {
      const inputs = { a: new Float32Array(side * side).fill(1), b: new Float32Array(side * side).fill(0.5) };
      const start = performance.now();
      const { product } = await program.run(inputs);
      times.push(performance.now() - start);
      if (product?.[0] !== side / 2)
        throw new Error(`it computed ${product?.[0]} where ${side / 2} is right`);
    }
    return (2 * side ** 3) / Math.min(...times) / 1e6;
  } finally {
    await engine.dispose();
  }
}
