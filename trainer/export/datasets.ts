import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { originalNames, type Role } from '../data/find-files.ts';
import { digitPixels, digitSide, idxImagesHeader, idxLabelsHeader } from '../data/idx-format.ts';
import {
  type GrowingFile,
  isTemporary,
  makeFolder,
  openWhole,
  removeTemporaries,
  temporaryPath,
  writeWhole,
} from '../disk/files.ts';
import { InputError } from '../errors.ts';
import { encodeGreyPng, encodeGrid } from './png.ts';

/** Where a data set's digits go. Calls come one after another. */
export interface DatasetWriter {
  /**
   * Adds digits.
   *
   * @param images [n, 28, 28], 0 is paper and 255 is ink
   * @param labels [n] when the data set is labelled, null when not
   * @throws Error when they do not fit together or exceed the count announced
   */
  write(images: Uint8Array, labels: Uint8Array | null): Promise<void>;
  /** Gives the files their names, once all digits are there. Gives the paths of the files, or their folder. */
  close(): Promise<string[]>;
  /** Removes what was written. */
  abort(): Promise<void>;
}

export interface DatasetOptions {
  /** How many digits will come. */
  readonly count: number;
  /** How many of them, the last, are to test by; of `idx` alone. */
  readonly test?: number | undefined;
  /** Whether labels come with them. */
  readonly labelled: boolean;
  /** Replaces what an earlier run of the same command left. */
  readonly force?: boolean | undefined;
}

const kindOf = (path: string) =>
  stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );

/** @throws InputError unless `path` may become a file with this ending */
async function requireFreeFile(
  path: string,
  { ending, force = false }: { ending: string; force?: boolean | undefined },
): Promise<void> {
  if (!path.toLowerCase().endsWith(ending))
    throw new InputError(`The output ${path} is to be a file whose name ends in ${ending}; name it so.`);
  const kind = await kindOf(path);
  if (kind === 'folder')
    throw new InputError(`The output ${path} is a folder; name a file ending in ${ending}.`);
  if (kind === 'file' && !force)
    throw new InputError(`The output ${path} exists already; name another, or replace it with --force.`);
  await makeFolder(dirname(path));
  // What an earlier one that was killed left.
  await removeTemporaries(dirname(path), { of: basename(path) });
}

/**
 * Makes the folder unless it is there.
 *
 * @returns undoes that, if nothing was put into it
 * @throws InputError when it is a file, or has something in it that `force` does not allow for
 */
async function requireFreeFolder(path: string, force = false): Promise<() => Promise<void>> {
  const kind = await kindOf(path);
  if (kind === 'file') throw new InputError(`The output ${path} is a file; name a folder.`);
  const contents = kind ? (await readdir(path)).filter((name) => !isTemporary(name)) : [];
  if (contents.length > 0 && !force)
    throw new InputError(
      `The output folder ${path} is not empty; name another, or replace the digits in it with --force.`,
    );
  await makeFolder(path);
  // What an earlier one that was killed left.
  await removeTemporaries(path);
  return async () => {
    if (!kind) await rmdir(path).catch(() => undefined);
  };
}

/**
 * What precedes the values of an array of unsigned bytes in NumPy's format, version 1.0: the magic string,
 * the version, the length of the rest, and a Python literal padded with spaces so that the values start at
 * a multiple of 64. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
function npyHeader(shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const literal = `{'descr': '|u1', 'fortran_order': False, 'shape': (${sides}), }`;
  const fixed = 10;
  const total = Math.ceil((fixed + literal.length + 1) / 64) * 64;
  const header = Buffer.alloc(total, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(total - fixed, 8);
  header.write(literal, fixed, 'latin1');
  header.write('\n', total - 1, 'latin1');
  return header;
}

/** A file that is a header and then one byte after another. */
interface FlatFile {
  readonly path: string;
  readonly header: Uint8Array;
}

/** So many digits that come one after another, and the files that they go to. */
interface FlatPart {
  readonly count: number;
  readonly images: FlatFile;
  readonly labels?: FlatFile;
}

interface FlatFiles {
  readonly parts: readonly FlatPart[];
  /** Files of a data set that was replaced, which would be taken for parts of this one. */
  readonly stale: readonly string[];
  readonly undo?: () => Promise<void>;
}

async function openFlat({ parts, stale, undo }: FlatFiles): Promise<DatasetWriter> {
  const files = new Map<FlatFile, GrowingFile>();
  const abort = async () => {
    for (const file of files.values()) await file.abort();
    await undo?.();
  };
  const wanted = parts.flatMap(({ images, labels }) => (labels ? [images, labels] : [images]));
  try {
    for (const flat of wanted) {
      const file = await openWhole(flat.path);
      files.set(flat, file);
      await file.write(flat.header);
    }
  } catch (error) {
    await abort();
    throw error;
  }
  let written = 0;
  return {
    write: async (digits, classes) => {
      const n = digits.length / digitPixels;
      let first = 0;
      for (const { count, images, labels } of parts) {
        const [from, to] = [Math.max(0, first - written), Math.min(n, first + count - written)];
        first += count;
        if (from >= to) continue;
        await files.get(images)?.write(digits.subarray(from * digitPixels, to * digitPixels));
        if (labels) await files.get(labels)?.write(classes?.subarray(from, to) ?? new Uint8Array(to - from));
      }
      written += n;
    },
    close: async () => {
      for (const file of files.values()) await file.commit();
      for (const path of stale) await rm(path, { force: true });
      return wanted.map(({ path }) => path);
    },
    abort,
  };
}

/**
 * The files of the original MNIST in the folder `out`, as every reader of MNIST takes them: the first digits to train
 * on, the last `test` ones to test by. Readers want labels too; where there are none, all are 0, those of one class.
 */
async function openIdx(out: string, { count, test = 0, force }: DatasetOptions): Promise<DatasetWriter> {
  const undo = await requireFreeFolder(out, force);
  const part = (images: Role, labels: Role, digits: number): FlatPart => ({
    count: digits,
    images: { path: join(out, originalNames[images]), header: idxImagesHeader(digits) },
    labels: { path: join(out, originalNames[labels]), header: idxLabelsHeader(digits) },
  });
  const training = part('trainImages', 'trainLabels', count - test);
  if (test > 0)
    return await openFlat({ parts: [training, part('testImages', 'testLabels', test)], stale: [], undo });
  const stale = [originalNames.testImages, originalNames.testLabels].map((name) => join(out, name));
  return await openFlat({ parts: [training], stale, undo });
}

/** NumPy's format: `out` is uint8 [count, 28, 28]; labels, uint8 [count], go to `-labels.npy` beside it. */
async function openNpy(out: string, { count, labelled, force }: DatasetOptions): Promise<DatasetWriter> {
  const labelsPath = `${out.slice(0, -'.npy'.length)}-labels.npy`;
  await requireFreeFile(out, { ending: '.npy', force });
  await requireFreeFile(labelsPath, { ending: '.npy', force });
  const images = { path: out, header: npyHeader([count, digitSide, digitSide]) };
  if (!labelled) return await openFlat({ parts: [{ count, images }], stale: [labelsPath] });
  const labels = { path: labelsPath, header: npyHeader([count]) };
  return await openFlat({ parts: [{ count, images, labels }], stale: [] });
}

/** 100 × 100 digits are 2,800 pixels a side, as much as a screen or a printer makes use of. */
const maximumGridDigits = 10_000;

/** One PNG of all digits, row by row without gaps. Labels are not shown. */
async function openGrid(out: string, { count, force }: DatasetOptions): Promise<DatasetWriter> {
  if (count > maximumGridDigits)
    throw new InputError(
      `A grid of ${count} digits is too large to look at; ask for ${maximumGridDigits} at most, or for another format.`,
    );
  const columns = Math.ceil(Math.sqrt(count));
  await requireFreeFile(out, { ending: '.png', force });
  const digits = new Uint8Array(count * digitPixels);
  let written = 0;
  return {
    write: async (images) => {
      digits.set(images, written);
      written += images.length;
    },
    close: async () => {
      await writeWhole(out, await encodeGrid(digits, { rows: Math.ceil(count / columns), columns }));
      return [out];
    },
    abort: async () => undefined,
  };
}

const ownName = /^\d{5,}(?:-\d+)?\.png$/;

/**
 * One PNG for each digit in the folder `out`: `00000.png`, or `00000-7.png` when the digit is a 7. They gather
 * in a hidden folder in `out` until all are there.
 */
async function openPngs(out: string, { count, force }: DatasetOptions): Promise<DatasetWriter> {
  const undo = await requireFreeFolder(out, force);
  const gathering = temporaryPath(join(out, 'digits'));
  await mkdir(gathering);
  const width = Math.max(5, String(count - 1).length);
  let written = 0;
  return {
    write: async (digits, labels) => {
      const first = written;
      const writeDigit = async (i: number) => {
        const label = labels ? `-${labels[i]}` : '';
        const name = `${String(first + i).padStart(width, '0')}${label}.png`;
        const pixels = digits.subarray(i * digitPixels, (i + 1) * digitPixels);
        await writeFile(join(gathering, name), await encodeGreyPng(pixels, digitSide, digitSide));
      };
      const n = digits.length / digitPixels;
      const together = 64;
      for (let start = 0; start < n; start += together)
        await Promise.all(
          Array.from({ length: Math.min(together, n - start) }, (_, i) => writeDigit(start + i)),
        );
      written += n;
    },
    close: async () => {
      for (const name of (await readdir(out)).filter((found) => ownName.test(found)))
        await rm(join(out, name));
      for (const name of await readdir(gathering)) await rename(join(gathering, name), join(out, name));
      await rm(gathering, { recursive: true });
      return [out];
    },
    abort: async () => {
      await rm(gathering, { recursive: true, force: true });
      await undo();
    },
  };
}

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
