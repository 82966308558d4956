import { gunzipSync } from 'node:zlib';
import { InputError } from '../errors.ts';
import { digitPixels, digitSide, imagesMagic, labelsMagic } from './idx-format.ts';

const imagesHeaderBytes = 16;
const labelsHeaderBytes = 8;

/**
 * The bytes themselves, or what they hold when they are gzip (1f 8b).
 *
 * @param file the file's name, for the message
 * @throws InputError for damaged gzip
 */
export function gunzipIfNeeded(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const inflated = gunzipSync(bytes);
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${file} is damaged gzip (${reason}); copy or download it again.`);
  }
}

const hex = (word: number) => `0x${word.toString(16).padStart(8, '0')}`;

function openIdx(
  bytes: Uint8Array,
  file: string,
  magic: number,
  headerBytes: number,
  kind: string,
): DataView {
  if (bytes.length < headerBytes)
    throw new InputError(
      `${file} holds ${bytes.length} bytes and an IDX file of ${kind} at least ${headerBytes}; copy or download it again.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const got = view.getUint32(0);
  if (got !== magic)
    throw new InputError(
      `${file} is not an IDX file of ${kind}: it starts with ${hex(got)}, not with ${hex(magic)}; check that no two files have swapped names.`,
    );
  return view;
}

function checkLength(file: string, got: number, wanted: number, contents: string): void {
  if (got !== wanted)
    throw new InputError(
      `${file} holds ${got} bytes and its header promises ${wanted} (${contents}); copy or download it again.`,
    );
}

/**
 * The pixels of an IDX file of 28 × 28 images, gzipped or not, without a copy where it is not.
 *
 * @param file the file's name, for messages
 * @returns [count, 28, 28], 0 is paper and 255 is ink; count may be 0
 * @throws InputError for anything but such a file, whole
 */
export function parseIdxImages(bytes: Uint8Array, file: string): Uint8Array {
  const idx = gunzipIfNeeded(bytes, file);
  const view = openIdx(idx, file, imagesMagic, imagesHeaderBytes, 'images');
  const [count, rows, columns] = [view.getUint32(4), view.getUint32(8), view.getUint32(12)];
  if (rows !== digitSide || columns !== digitSide)
    throw new InputError(
      `${file} holds images of ${rows} × ${columns} pixels and Inkling works with ${digitSide} × ${digitSide}; resize them first.`,
    );
  checkLength(file, idx.length, imagesHeaderBytes + count * digitPixels, `${count} images`);
  return idx.subarray(imagesHeaderBytes);
}

/**
 * The labels of an IDX file of labels, gzipped or not, without a copy where it is not.
 *
 * @param file the file's name, for messages
 * @returns [count], each 0 … 255; count may be 0
 * @throws InputError for anything but such a file, whole
 */
export function parseIdxLabels(bytes: Uint8Array, file: string): Uint8Array {
  const idx = gunzipIfNeeded(bytes, file);
  const count = openIdx(idx, file, labelsMagic, labelsHeaderBytes, 'labels').getUint32(4);
  checkLength(file, idx.length, labelsHeaderBytes + count, `${count} labels`);
  return idx.subarray(labelsHeaderBytes);
}
