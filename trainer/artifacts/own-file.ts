import { constants, promises, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../errors.ts';
import { mostBytesOf } from './limits.ts';

/** What stands in a place of the file system, in words. */
export function kindOf(found: Stats): string {
  if (found.isFile()) return 'a file';
  if (found.isDirectory()) return 'a folder';
  if (found.isSymbolicLink()) return 'a link';
  return found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
}

function refuse(found: Stats, wanted: 'a file' | 'a folder', place: string): void {
  const kind = kindOf(found);
  if (kind !== wanted) throw new InputError(`${place} is ${kind}, and Inkling puts ${wanted} there.`);
}

const label = (directory: string, path: string) => `${basename(directory)}/${path}`;

/**
 * What is known of a file inside a run's folder, unopened: a regular file that lies in real folders.
 *
 * @throws InputError and Error as `openOwn` does
 */
export async function statOwn(directory: string, path: string): Promise<Stats> {
  const parts = path.split('/');
  for (const [i] of parts.slice(1).entries()) {
    const folder = parts.slice(0, i + 1).join('/');
    refuse(await promises.lstat(join(directory, folder)), 'a folder', label(directory, folder));
  }
  const found = await promises.lstat(join(directory, path));
  refuse(found, 'a file', label(directory, path));
  return found;
}

/**
 * Opens a file inside a run's folder for reading: a regular file that lies in real folders. Links are not followed,
 * so that nothing outside the run is read or published through it, and pipes and devices are not waited for.
 * The folder itself may be reached through a link.
 *
 * @param path inside the folder, with forward slashes, never leaving it
 * @throws InputError for a link, folder, pipe or device in the place of the file or of a folder on the way
 * @throws Error of the file system where there is none, or it cannot be opened
 */
export async function openOwn(directory: string, path: string): Promise<FileHandle> {
  await statOwn(directory, path);
  // What changed since is caught here: the flags are unknown to Windows, which has no such pipes either.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await promises.open(join(directory, path), flags);
  try {
    refuse(await handle.stat(), 'a file', label(directory, path));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The contents of a file inside a run's folder, opened as by `openOwn`.
 *
 * @param atMost bytes of which more are refused before they are read; by default what `limits` says for its name
 * @throws InputError and Error as `openOwn` does, and InputError for a file that is too large
 */
export async function readOwn(
  directory: string,
  path: string,
  { atMost = mostBytesOf(path) } = {},
): Promise<Buffer<ArrayBuffer>> {
  const handle = await openOwn(directory, path);
  try {
    const { size } = await handle.stat();
    if (size > atMost)
      throw new InputError(
        `${label(directory, path)} has ${size} bytes, and Inkling writes at most ${atMost} there.`,
      );
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Whether the file system has no such file. */
export const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The sentence about a file of a run that the file system did not give. It names no place outside the run. */
export function unread(label: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  if (isMissing(error)) return new InputError(`${label} is missing; put the file back, or remove the run.`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason';
  return new InputError(
    `${label} cannot be read (${code}); mend its permissions or the disk, or remove the run.`,
  );
}
