import { type Points, requireSameSize, slicePoints } from './points.ts';

/**
 * The inner product of each point of `a` with each of `b`, at most `blockSize` of either.
 *
 * @returns [a.count, b.count], an array that the caller may overwrite
 */
export type InnerProducts = (a: Points, b: Points) => Promise<Float32Array | Float64Array>;

/** Points to a side of a block: a block of products is 4 MB in float32, whatever the sets' sizes. */
export const blockSize = 1000;

/** Every pair of points that lie in one block of each set. */
export interface Block {
  /** Of the first of its rows in `a`, and of the first of its columns in `b`. */
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly values: Float32Array | Float64Array;
}

/** Inner products, block by block, so that memory stays flat. */
export async function* productBlocks(a: Points, b: Points, products: InnerProducts): AsyncGenerator<Block> {
  requireSameSize(a, b);
  for (let row = 0; row < a.count; row += blockSize)
    for (let column = 0; column < b.count; column += blockSize) {
      const [here, there] = [slicePoints(a, row, blockSize), slicePoints(b, column, blockSize)];
      yield {
        ...{ row, column, rows: here.count, columns: there.count },
        values: await products(here, there),
      };
    }
}

/** Squared Euclidean distances, block by block: |x − y|² = |x|² + |y|² − 2x·y, never below 0. */
export async function* squaredDistanceBlocks(
  a: Points,
  b: Points,
  products: InnerProducts,
): AsyncGenerator<Block> {
  const [normsA, normsB] = [squaredNorms(a), squaredNorms(b)];
  for await (const block of productBlocks(a, b, products)) {
    const { row, column, rows, columns, values } = block;
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        values[at] = Math.max(0, normsA[row + i]! + normsB[column + j]! - 2 * values[at]!);
      }
    yield block;
  }
}

function squaredNorms({ values, count, size }: Points): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++)
    for (let j = i * size; j < (i + 1) * size; j++) norms[i]! += values[j]! ** 2;
  return norms;
}

/** Inner products in double precision, one after the other: the reference, for small sets. */
export const plainProducts: InnerProducts = async (a, b) => {
  const out = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++)
    for (let j = 0; j < b.count; j++) {
      let sum = 0;
      for (let k = 0; k < a.size; k++) sum += a.values[i * a.size + k]! * b.values[j * b.size + k]!;
      out[i * b.count + j] = sum;
    }
  return out;
};
