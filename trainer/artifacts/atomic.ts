import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

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
