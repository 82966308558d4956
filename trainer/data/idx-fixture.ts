import { idxHeaderBytes, unpackIdx } from './idx.ts';
import { digitPixels, idxImagesHeader, idxLabelsHeader } from './idx-format.ts';

function join(head: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/**
 * A whole IDX file of digits.
 *
 * @param images [count, 28, 28], 0 is paper and 255 is ink
 * @throws RangeError when images does not hold count digits
 */
export function encodeIdxImages(images: Uint8Array, count: number): Uint8Array {
  if (images.length !== count * digitPixels)
    throw new RangeError(`${images.length} pixels are not ${count} digits of ${digitPixels}`);
  return join(idxImagesHeader(count), images);
}

/** A whole IDX file of labels. */
export function encodeIdxLabels(labels: Uint8Array): Uint8Array {
  return join(idxLabelsHeader(labels.length), labels);
}

/**
 * The pixels of an IDX file of 28 × 28 images.
 *
 * @returns [count, 28, 28], 0 is paper and 255 is ink; count may be 0
 * @throws InputError as `unpackIdx` does
 */
export const parseIdxImages = (bytes: Uint8Array, file: string): Uint8Array =>
  unpackIdx(bytes, file, 'images').subarray(idxHeaderBytes.images);

/**
 * The labels of an IDX file of labels.
 *
 * @returns [count], each 0 … 255; count may be 0
 * @throws InputError as `unpackIdx` does
 */
export const parseIdxLabels = (bytes: Uint8Array, file: string): Uint8Array =>
  unpackIdx(bytes, file, 'labels').subarray(idxHeaderBytes.labels);
