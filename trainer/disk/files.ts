import { randomBytes } from 'node:crypto';
import { constants, promises, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '../errors.ts';

/** A file under construction: nobody sees it under its own name before `commit`. */
export interface GrowingFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes the file to the disk and gives it its name, replacing what was there. */
  commit(): Promise<void>;
  /** Removes every trace of it. Does nothing after a commit or a first abort. */
  abort(): Promise<void>;
}

/** A unique name beside `path` for something that is not whole yet. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp-${randomBytes(6).toString('hex')}`);
}

/** Whether a file or folder of this name was never finished: readers look past it. */
export function isTemporary(name: string): boolean {
  return /^\..+\.tmp-[0-9a-f]{12}$/.test(name);
}

/**
 * Removes what a killed process left unfinished directly in `directory`.
 *
 * @param options.olderThan age in milliseconds that spares what another process may be writing
 * @param options.of the name that it was to have; any without
 */
export async function removeTemporaries(
  directory: string,
  { olderThan = 0, of = '' }: { readonly olderThan?: number; readonly of?: string } = {},
): Promise<void> {
  const unfinished = (await readdir(directory)).filter(isTemporary);
  for (const name of unfinished.filter((found) => of === '' || found.startsWith(`.${of}.tmp-`))) {
    const path = join(directory, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs >= olderThan) await rm(path, { recursive: true, force: true });
  }
}

const busyCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);

/**
 * Runs `action` again, a few times and ever later, while it fails because something else holds the file.
 * Windows refuses to replace a file that a virus scanner or a dev server has open for a moment; hours of
 * training should not end by that. The waits add up to about 2.5 s.
 */
export async function whenFree(
  action: () => Promise<void>,
  { tries = 9, pause = (ms: number): Promise<unknown> => setTimeout(ms) } = {},
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (attempt >= tries || typeof code !== 'string' || !busyCodes.has(code)) throw error;
      await pause(5 * 2 ** attempt);
    }
  }
}

/** How often a file or folder is renamed before it counts as held for good. */
export const renameTries = process.platform === 'win32' ? 9 : 1;

/**
 * Makes the folders on the way to a file inside `directory`, and never that itself: it may have been moved away, and what
 * is written under its old name would be lost.
 *
 * @param path of the file inside it, with forward slashes
 */
export async function makeFolders(directory: string, path: string): Promise<void> {
  const parts = path.split('/').slice(0, -1);
  for (const [i] of parts.entries()) await mkdirUnlessThere(join(directory, ...parts.slice(0, i + 1)));
}

async function mkdirUnlessThere(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}

/** Makes a folder, and those on the way to it, one by one: all at once, Node calls a read-only disk a missing folder. */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await stat(parent).catch(() => undefined))) await makeFolder(parent);
  await mkdirUnlessThere(path);
}

/** Starts a file that grows by `write` and appears at `path` whole, or not at all. Its folder has to be there. */
export async function openWhole(path: string): Promise<GrowingFile> {
  const temporary = temporaryPath(path);
  const handle = await open(temporary, 'wx');
  let unfinished = true;

  const abort = async () => {
    if (!unfinished) return;
    unfinished = false;
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
  };
  const orAbort = async (action: () => Promise<void>) => {
    try {
      await action();
    } catch (error) {
      await abort();
      throw error;
    }
  };

  return {
    write: (bytes) => orAbort(() => handle.writeFile(bytes)),
    commit: () =>
      orAbort(async () => {
        await handle.sync();
        await handle.close();
        await whenFree(() => rename(temporary, path), { tries: renameTries });
        unfinished = false;
      }),
    abort,
  };
}

/**
 * Writes a file beside its name and renames it into place: a reader, or a process killed at any moment,
 * finds the old file or the new one, never a part. Its folder has to be there.
 */
export async function writeWhole(path: string, contents: Uint8Array | string): Promise<void> {
  const file = await openWhole(path);
  await file.write(typeof contents === 'string' ? new TextEncoder().encode(contents) : contents);
  await file.commit();
}

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
async function openOwn(directory: string, path: string): Promise<FileHandle> {
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
 * @param atMost bytes of which more are refused before they are read
 * @throws InputError and Error as `openOwn` does, and InputError for a file that is too large
 */
export async function readOwn(
  directory: string,
  path: string,
  { atMost }: { readonly atMost: number },
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

/** The text without where this project and the user's home lie: what a run's record says is published. */
export function withoutHome(text: string): string {
  const project = resolve(import.meta.dirname, '..');
  return text
    .replaceAll(project + sep, '')
    .replaceAll(project, '.')
    .replaceAll(homedir(), '~');
}
