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
