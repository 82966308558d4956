import { constants, gunzipSync } from 'node:zlib';
import { InputError } from '../errors.ts';
import { digitPixels, digitSide, imagesMagic, labelsMagic } from './idx-format.ts';
import { lookOf, mostDataBytes } from './read-file.ts';

/** Whether the bytes are gzip, whatever their file is called. */
const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Of gzip, enough for its own header and the first of what it holds, and at most 4 MB of that. */
const headBytes = 4096;

function damaged(error: unknown, file: string): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError(`${file} is damaged gzip (${reason}); copy or download it again.`);
}

/**
 * The first bytes of what gzip holds.
 *
 * @throws InputError for damaged gzip
 */
function gunzipHead(bytes: Uint8Array, file: string): Uint8Array {
  const { Z_FINISH, Z_SYNC_FLUSH } = constants;
  try {
    return gunzipSync(bytes.subarray(0, headBytes), {
      finishFlush: bytes.length > headBytes ? Z_SYNC_FLUSH : Z_FINISH,
    });
  } catch (error) {
    throw damaged(error, file);
  }
}

/**
 * What gzip holds, and never more memory than is promised: a few megabytes can be the gzip of gigabytes.
 *
 * @param promised bytes that it holds, by the first of them
 * @throws InputError for damaged gzip, and for more than was promised
 */
function gunzip(bytes: Uint8Array, { file, promised }: { file: string; promised: number }): Uint8Array {
  try {
    // One chunk that is not quite filled, so that the parts are not joined by a copy.
    const { buffer, byteOffset, length } = gunzipSync(bytes, {
      maxOutputLength: promised,
      chunkSize: promised + 64,
    });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new InputError(
        `${file} holds, unpacked, more than the ${promised} bytes that its header promises; copy or download it again.`,
      );
    throw damaged(error, file);
  }
}

export type IdxKind = 'images' | 'labels';

const magics = { images: imagesMagic, labels: labelsMagic } as const;
/** Bytes before the values of a file. */
export const idxHeaderBytes = { images: 16, labels: 8 } as const;
const valueBytes = { images: digitPixels, labels: 1 } as const;

const hex = (word: number) => `0x${word.toString(16).padStart(8, '0')}`;

/** Why bytes that begin like this are no IDX file of a kind. */
function refusal(head: Uint8Array, file: string, kind: IdxKind): InputError {
  const other = kind === 'images' ? 'labels' : 'images';
  const start = head.length < 4 ? undefined : new DataView(head.buffer, head.byteOffset).getUint32(0);
  const is = (what: string) => `${file} is not an IDX file of ${kind}${what}.`;
  if (start === magics[other])
    return new InputError(is(` but one of ${other}; check that no two files have swapped names`));
  if (head.length === 0) return new InputError(`${file} is empty; copy or download it again.`);
  const look = start === magics[kind] ? undefined : lookOf(head);
  if (look) return new InputError(is(`, but looks like ${look.words}; ${look.advice}`));
  if (head.length < idxHeaderBytes[kind])
    return new InputError(
      `${file} holds ${head.length} bytes and an IDX file of ${kind} at least ${idxHeaderBytes[kind]}; copy or download it again.`,
    );
  return new InputError(
    is(`: it starts with ${hex(start ?? 0)}, not with ${hex(magics[kind])}; copy or download it again`),
  );
}

/** The values that a header promises, and the bytes of the file with them. */
function readHeader(head: Uint8Array, file: string, kind: IdxKind): { count: number; bytes: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < idxHeaderBytes[kind] || view.getUint32(0) !== magics[kind])
    throw refusal(head, file, kind);
  if (kind === 'images') {
    const [rows, columns] = [view.getUint32(8), view.getUint32(12)];
    if (rows !== digitSide || columns !== digitSide)
      throw new InputError(
        `${file} holds images of ${rows} × ${columns} pixels and Inkling works with ${digitSide} × ${digitSide}; resize them first.`,
      );
  }
  const count = view.getUint32(4);
  return { count, bytes: idxHeaderBytes[kind] + count * valueBytes[kind] };
}

/**
 * A whole IDX file, without a copy where it is not gzipped.
 *
 * @param bytes the file, gzipped (1f 8b) or not
 * @param file the file's name, for messages
 * @throws InputError for anything but such a file, whole
 */
export function unpackIdx(bytes: Uint8Array, file: string, kind: IdxKind): Uint8Array {
  const packed = isGzip(bytes);
  const { count, bytes: promised } = readHeader(packed ? gunzipHead(bytes, file) : bytes, file, kind);
  if (packed && promised > mostDataBytes)
    throw new InputError(
      `The header of ${file} promises ${promised} bytes (${count} ${kind}), and Inkling reads at most ${mostDataBytes}; give a part of them.`,
    );
  const idx = packed ? gunzip(bytes, { file, promised }) : bytes;
  if (idx.length !== promised)
    throw new InputError(
      `${file} holds ${idx.length} bytes and its header promises ${promised} (${count} ${kind}); copy or download it again.`,
    );
  return idx;
}
