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
