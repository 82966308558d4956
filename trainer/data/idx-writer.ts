import { digitPixels, digitSide, imagesMagic, labelsMagic } from './idx-format.ts';

function header(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word);
  return bytes;
}

function join(head: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** The 16 bytes before the pixels of an IDX file of images; count · rows · cols bytes follow them. */
export function idxImagesHeader(count: number, rows = digitSide, cols = digitSide): Uint8Array {
  return header(imagesMagic, count, rows, cols);
}

/** The 8 bytes before the labels of an IDX file of labels; count bytes follow them. */
export function idxLabelsHeader(count: number): Uint8Array {
  return header(labelsMagic, count);
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
