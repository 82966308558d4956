import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, stat } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { isMissing, kindOf } from '../files.ts';
import { lookedAt, lookOf } from './looks-like.ts';

/** Bytes of a data file, unpacked too: what Node reads at once, and 2.7 million digits. */
export const mostDataBytes = 2 ** 31 - 1;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'access to it is denied',
  EPERM: 'access to it is denied',
  ELOOP: 'its links lead in a circle',
};

/** Why the file system gave no file or folder, in words where there are any. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason';
  return reasons[code] ?? code;
}

async function unreadable(path: string, error: unknown): Promise<InputError> {
  if (error instanceof InputError) return error;
  const target = await readlink(path).catch(() => undefined);
  if (target !== undefined && isMissing(error)) {
    const advice = target.includes('.git/annex/')
      ? 'fetch it with git annex get'
      : 'put it back, or mend the link';
    return new InputError(`${path} is a link to ${target}, and there is no such file; ${advice}.`);
  }
  return new InputError(
    `Cannot read the data file ${path}: ${reasonOf(error)}; check that it exists and may be read.`,
  );
}

function refuseOdd(path: string, found: Stats): void {
  if (!found.isFile())
    throw new InputError(
      `${path} is ${kindOf(found)}, and a data file is wanted there; copy the data into a file.`,
    );
}

/** Opens a file of the user's, or one that a link leads to, without waiting for what is a pipe. */
async function openRegular(path: string): Promise<FileHandle> {
  refuseOdd(path, await stat(path));
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    refuseOdd(path, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * What a data file holds.
 *
 * @throws InputError for what is no file, is too large, or can't be read
 */
export async function readDataFile(path: string): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegular(path);
    const { size } = await handle.stat();
    if (size > mostDataBytes)
      throw new InputError(
        `${path} has ${size} bytes, and Inkling reads at most ${mostDataBytes}; give a part of the digits.`,
      );
    const { buffer, byteOffset, length } = await handle.readFile();
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    throw await unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

/** What stands where a folder was wanted: “a file, not a folder, and looks like a ZIP archive (unpack it)”. */
export async function describeFile(path: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    const found = await stat(path);
    if (!found.isFile()) return `${kindOf(found)}, not a folder`;
    handle = await openRegular(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedAt), 0, lookedAt, 0);
    const look = lookOf(buffer.subarray(0, bytesRead));
    return `a file, not a folder${look ? `, and looks like ${look.words} (${look.advice})` : ''}`;
  } catch {
    return 'a file, not a folder';
  } finally {
    await handle?.close();
  }
}
