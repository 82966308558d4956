import { readdir, rmdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { InputError } from '../../errors.ts';
import { isTemporary, makeFolder, removeTemporaries } from '../../files.ts';

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
  /** Digits in a row of a grid; near-square without. */
  readonly columns?: number | undefined;
}

const kindOf = (path: string) =>
  stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );

/** @throws InputError unless `path` may become a file with this ending */
export async function requireFreeFile(
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
export async function requireFreeFolder(path: string, force = false): Promise<() => Promise<void>> {
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
