import { philox4x32 } from './philox.ts';

/**
 * What a random number is for, as the second word of Philox's key: numbers drawn for one purpose never
 * meet those drawn for another. A published digit depends on these ids, so an id is never changed nor
 * used again; a new purpose takes the next free one.
 */
export const purposes = {
  /** Latents of published digits: grids, the generate command, the live sampler. */
  sample: 1,
  /** Latents of the fakes in the discriminator's step. */
  latentD: 2,
  /** Latents of the fakes in the generator's step. */
  latentG: 3,
  /** Classes asked for in the discriminator's step. */
  labelD: 4,
  /** Classes asked for in the generator's step. */
  labelG: 5,
  /** The order of the training digits in an epoch. */
  shuffle: 6,
  /** Masks of dropped activations. */
  dropout: 7,
  /** Angles by which real digits are turned. */
  augment: 8,
  /** First values of weights; `index` is the weight's place among those that are random. */
  init: 9,
} as const;

export type Purpose = keyof typeof purposes;

/** A family of streams that differ in `index` only: one purpose at one training step. */
export interface Stream {
  /** 0 … 2^32 - 1 */
  seed: number;
  purpose: Purpose;
  /** 0 … 2^53 - 1: the training step, the epoch for `shuffle`, 0 where time plays no part. */
  step: number;
}

/**
 * Where an endless stream of random numbers begins. The stream's block b, four words, is Philox of the
 * key (seed, purpose id) and the counter (b, index, step's low word, step's high word). Nothing is drawn
 * in sequence between addresses, so a resumed run, a browser and a larger batch see the same numbers.
 */
export interface Address extends Stream {
  /** 0 … 2^32 - 1: the sample, the place in the batch or the layer. */
  index: number;
}

const wordLimit = 2 ** 32;
const block = new Uint32Array(4);

/** Writes block `at` of the address's stream to `words`. */
function drawBlock(words: Uint32Array, { seed, purpose, step, index }: Address, at: number): void {
  philox4x32(words, at, index, step, Math.floor(step / wordLimit), seed, purposes[purpose]);
}

function checkAddress({ seed, step, index }: Address): void {
  const isWord = (value: number) => Number.isInteger(value) && value >= 0 && value < wordLimit;
  if (!isWord(seed)) throw new RangeError(`seed is ${seed}, wanted an integer from 0 to 2^32 - 1`);
  if (!isWord(index)) throw new RangeError(`index is ${index}, wanted an integer from 0 to 2^32 - 1`);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new RangeError(`step is ${step}, wanted an integer from 0 to 2^53 - 1`);
}

function checkRange(out: Float32Array, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > out.length)
    throw new RangeError(`${length} numbers do not fit at ${offset} of an array of ${out.length}`);
}

/** A function that returns the next unsigned 32-bit word of the address's stream at each call. */
export function wordsAt(address: Address): () => number {
  checkAddress(address);
  const words = new Uint32Array(4);
  let drawn = 0;
  return () => {
    if (drawn % 4 === 0) drawBlock(words, address, drawn / 4);
    return words[drawn++ % 4] as number;
  };
}

/**
 * Fills out[offset … offset + length - 1] with uniform numbers in [0, 1), multiples of 2^-24: the upper
 * 24 bits of each word. The first n numbers of an address are the same whatever the length.
 */
export function fillUniform(
  out: Float32Array,
  address: Address,
  offset = 0,
  length = out.length - offset,
): void {
  checkAddress(address);
  checkRange(out, offset, length);
  for (let i = 0; i < length; i++) {
    if (i % 4 === 0) drawBlock(block, address, i / 4);
    out[offset + i] = ((block[i % 4] as number) >>> 8) * 2 ** -24;
  }
}

/**
 * Fills out[offset … offset + length - 1] with standard normal numbers. The first n numbers of an address
 * are the same whatever the length.
 *
 * Box and Muller 1958: words u and v give sqrt(-2 ln u') cos(2πv') and sqrt(-2 ln u') sin(2πv'), with
 * u' = (u + 1) / 2^32 in (0, 1] and v' = v / 2^32, in double precision. No number is beyond ±6.67. ECMAScript
 * leaves the last bit of a double log, sin and cos to the engine; rounding to 32 bits hides it but for about
 * one number in 10^8, which may differ between engines by its own last bit.
 */
export function fillNormal(
  out: Float32Array,
  address: Address,
  offset = 0,
  length = out.length - offset,
): void {
  checkAddress(address);
  checkRange(out, offset, length);
  for (let i = 0; i < length; i += 2) {
    const at = i % 4;
    if (at === 0) drawBlock(block, address, i / 4);
    const radius = Math.sqrt(-2 * Math.log(((block[at] as number) + 1) / wordLimit));
    const angle = (2 * Math.PI * (block[at + 1] as number)) / wordLimit;
    out[offset + i] = radius * Math.cos(angle);
    if (i + 1 < length) out[offset + i + 1] = radius * Math.sin(angle);
  }
}

/**
 * Fills the rows of out, [count, size], with standard normals: row i is the vector at index firstIndex + i,
 * whatever the batch around it.
 */
export function fillNormalBatch(
  out: Float32Array,
  stream: Stream,
  count: number,
  size: number,
  firstIndex = 0,
): void {
  for (let i = 0; i < count; i++) fillNormal(out, { ...stream, index: firstIndex + i }, i * size, size);
}
