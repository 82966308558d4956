// The IDX format of the MNIST files: a magic number, each dimension, then the bytes; all numbers are
// big-endian 32-bit words. http://yann.lecun.com/exdb/mnist/, "File formats for the MNIST database".

/** Unsigned bytes in three dimensions: [count, rows, columns]. */
export const imagesMagic = 0x00000803;
/** Unsigned bytes in one dimension: [count]. */
export const labelsMagic = 0x00000801;

/** Every digit is a square of this many pixels a side. */
export const digitSide = 28;
export const digitPixels = digitSide * digitSide;
/** A digit as networks see it: [28, 28, 1]. */
export const digitShape = [digitSide, digitSide, 1] as const;

function header(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word);
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
