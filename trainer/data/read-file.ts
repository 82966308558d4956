import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, stat } from 'node:fs/promises';
import { isMissing, kindOf } from '../disk/files.ts';
import { InputError } from '../errors.ts';

/** What is often found in the place of a data file: how it looks in words, and what to do. */
export interface Look {
  readonly words: string;
  readonly advice: string;
}

const unpack = 'unpack it, and give what it holds';
const again = 'download it again, or open it in an editor to see what its host says';
const convert = "convert it to IDX, MNIST's format";

type Looks = readonly (readonly [begins: RegExp, words: string, advice: string])[];

/** By the first bytes in hexadecimal. The first that fits is taken. */
const binaryLooks: Looks = [
  [/^504b(0304|0506)/, 'a ZIP archive', unpack],
  [/^377abcaf271c/, 'a 7z archive', unpack],
  [/^526172211a07/, 'a RAR archive', unpack],
  [/^1f8b/, 'gzip', unpack],
  [/^fd377a585a00/, 'an xz file', unpack],
  [/^425a683[1-9]/, 'a bzip2 file', unpack],
  [/^28b52ffd/, 'a Zstandard file', unpack],
  [/^04224d18/, 'an LZ4 file', unpack],
  [/^1f9d/, 'a compress (.Z) file', unpack],
  [/^.{514}7573746172/, 'a tar archive', unpack],
  [/^934e554d5059/, 'a NumPy array (.npy)', convert],
  [/^894844460d0a/, 'an HDF5 file', convert],
  [/^4d41544c414220352e30/, 'a MATLAB file', convert],
  [/^50415231/, 'a Parquet file', convert],
  [/^800[2-5]/, 'a Python pickle', convert],
  [/^89504e470d0a/, 'a PNG picture', convert],
  [/^ffd8ff/, 'a JPEG picture', convert],
  [/^474946383[79]61/, 'a GIF picture', convert],
  [/^255044462d/, 'a PDF', again],
  [/^0005160[07]/, 'a side file of macOS', 'give the file that it lies beside'],
  [/^(fffe|feff)/, 'text in UTF-16', again],
  [/^0[13]080000/, 'IDX with the bytes of its header in reverse', 'write them in big-endian order'],
  [/^0000080[13]/, 'an IDX file', 'give the folder that it lies in'],
  [
    /^0000(080[2-8]|0[9b-e]0[1-8])/,
    'IDX of other numbers or dimensions',
    'write bytes: images of [count, 28, 28], labels of [count]',
  ],
  [/^(00)+$/, 'nothing but zeros', 'copy or download it again'],
];

/** By the first characters, behind a byte order mark and spaces. */
const textLooks: Looks = [
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer', 'fetch the file with git lfs pull'],
  [/^[./]*(git\/)?annex\/objects\//, 'a git-annex pointer', 'fetch the file with git annex get'],
  [/^<(!doctype html|html|head|body|!--|script)/i, 'a web page, such as of an error', again],
  [/^<[?!a-z]/i, 'XML, such as of a storage that refused', again],
  [/^(\{\s*["}]|\[\s*[[{"\d\]-])/, 'JSON, such as of a service that refused', again],
  [/^[\t\n\r -~]+$/, 'text', again],
];

/** How far into a file `lookOf` sees. */
const lookedAt = 512;

/** What a file that begins with these bytes is, as far as that can be told. */
export function lookOf(bytes: Uint8Array): Look | undefined {
  const start = Buffer.from(bytes.subarray(0, lookedAt));
  const hex = start.toString('hex');
  const text = start.toString('latin1').replace(/^ï»¿/, '').trimStart();
  const fits = ([begins]: Looks[number], first: string) => begins.test(first);
  const [, words, advice] =
    binaryLooks.find((look) => fits(look, hex)) ?? textLooks.find((look) => fits(look, text)) ?? [];
  if (words === undefined || advice === undefined) return undefined;
  const [line = ''] = text.split(/[\r\n]/);
  return { words: words === 'text' ? `text (“${line.slice(0, 40).trim()}”)` : words, advice };
}

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
