import { digitPixels } from '../data/idx-format.ts';
import { InputError } from '../errors.ts';
import { openIdx, openNpy } from './datasets/flat.ts';
import { openGrid } from './datasets/grid.ts';
import { openPngs } from './datasets/pngs.ts';
import type { DatasetOptions, DatasetWriter } from './datasets/sink.ts';

export type { DatasetOptions, DatasetWriter } from './datasets/sink.ts';

/** The forms that generated digits can be saved in. */
export const datasetFormats = ['idx', 'npy', 'png', 'grid'] as const;
export type DatasetFormat = (typeof datasetFormats)[number];

const openers: Record<DatasetFormat, (out: string, options: DatasetOptions) => Promise<DatasetWriter>> = {
  idx: openIdx,
  npy: openNpy,
  png: openPngs,
  grid: openGrid,
};

function checkBatch(
  images: Uint8Array,
  labels: Uint8Array | null,
  { left, labelled }: { left: number; labelled: boolean },
): number {
  const n = images.length / digitPixels;
  if (!Number.isInteger(n)) throw new RangeError(`${images.length} bytes are not digits of ${digitPixels}.`);
  if (n > left) throw new RangeError(`${n} digits came where ${left} were left to come.`);
  if (labelled !== (labels !== null) || (labels && labels.length !== n))
    throw new RangeError(`${n} digits came with ${labels ? labels.length : 'no'} labels.`);
  return n;
}

/**
 * Opens a data set of generated digits at `out`: a folder for `idx` and `png`, a file for `npy` and `grid`.
 * Memory stays flat however many digits come, but for a grid. Files appear whole, at `close`; after a
 * failed `write` or `close` nothing of them is left.
 *
 * @throws InputError when `out` is in use or of the wrong kind, or the format cannot hold so many digits
 */
export async function openDataset(
  format: DatasetFormat,
  out: string,
  options: DatasetOptions,
): Promise<DatasetWriter> {
  const { count, labelled, test = 0 } = options;
  if (!Number.isInteger(count) || count < 1)
    throw new InputError(`The number of digits is ${count}; ask for a whole number, 1 or more.`);
  if (!(Number.isInteger(test) && test >= 0 && test < count && (test === 0 || format === 'idx')))
    throw new RangeError(`${test} of ${count} digits cannot be the test digits of ${format}.`);
  const inner = await openers[format](out, options);
  let left = count;
  const orAbort = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      await inner.abort();
      throw error;
    }
  };
  return {
    write: (images, labels) =>
      orAbort(async () => {
        const n = checkBatch(images, labels, { left, labelled });
        await inner.write(images, labels);
        left -= n;
      }),
    close: () =>
      orAbort(async () => {
        if (left > 0) throw new Error(`${left} of ${count} digits never came.`);
        return await inner.close();
      }),
    abort: inner.abort,
  };
}
