/** Points of a space: feature vectors, or images as vectors of pixels. */
export interface Points {
  /** [count, size] */
  readonly values: Float32Array | Uint8Array;
  readonly count: number;
  readonly size: number;
}

/** @throws RangeError when the numbers are no whole points */
export function points(values: Points['values'], size: number): Points {
  const count = values.length / size;
  if (!Number.isInteger(count)) throw new RangeError(`${values.length} numbers are no points of ${size}`);
  return { values, count, size };
}

/** The points first … first + count - 1, or as many of them as there are; they share memory. */
export function slicePoints({ values, size, count: all }: Points, first: number, count: number): Points {
  const end = Math.min(all, first + count);
  return { values: values.subarray(first * size, end * size), count: end - first, size };
}

/**
 * A metric of fewer samples is another metric, and some are undefined for a handful.
 *
 * @throws RangeError when a set has fewer points than the metric is about
 */
export function requireSamples(metric: string, wanted: number, ...sets: readonly Points[]): void {
  for (const { count } of sets)
    if (count < wanted)
      throw new RangeError(`${metric} takes ${wanted} samples or more, and ${count} were given`);
}

/** @throws RangeError when two sets are not of one space */
export function requireSameSize(a: Points, b: Points): void {
  if (a.size !== b.size)
    throw new RangeError(`points of ${a.size} numbers are compared with points of ${b.size}`);
}

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
