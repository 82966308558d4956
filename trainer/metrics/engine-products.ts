import { tf } from '../compile/tf.ts';
import { trace } from '../compile/trace.ts';
import type { Engine } from '../engines/engine.ts';
import type { Points } from './points.ts';
import { blockSize, type InnerProducts } from './points.ts';

/**
 * Inner products as one compiled matrix product, in single precision: about twenty times as fast as a loop for points
 * of 64 numbers, and eighty for 784. Squared distances from them are off by about 1e-7 of the points' squared norms.
 *
 * @param size numbers in a point
 * @param rows the most that its first argument has: less than a block where the sets are that small, which saves the
 *   products of what is not there
 */
export async function compileProducts(
  engine: Engine,
  size: number,
  { rows = blockSize }: { readonly rows?: number } = {},
): Promise<{ readonly products: InnerProducts; dispose(): Promise<void> }> {
  const { graph } = trace(({ a, b }) => ({ products: tf.matMul(a!, b!, false, true) }), {
    a: [rows, size],
    b: [blockSize, size],
  });
  const program = await engine.load(graph, {});
  const padded = ({ values }: Points, count: number) => {
    const full = new Float32Array(count * size);
    full.set(values);
    return full;
  };
  return {
    async products(a, b) {
      const { products } = await program.run({ a: padded(a, rows), b: padded(b, blockSize) });
      if (b.count === blockSize) return products!.subarray(0, a.count * blockSize);
      // Rows of a narrower block move up to where the next begins.
      for (let i = 1; i < a.count; i++)
        products!.copyWithin(i * b.count, i * blockSize, i * blockSize + b.count);
      return products!.subarray(0, a.count * b.count);
    },
    dispose: () => program.dispose(),
  };
}
