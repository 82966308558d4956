import type { Weight } from '../../../trainer/export/layers-format.ts';
import { generatorInput, rowLabel } from '../../../trainer/random/latents.ts';

/** Unit vectors of the latent space, [count, latentSize], the strongest first. */
export type Directions = Float32Array<ArrayBuffer>;

/** What a generator takes: a latent, and then a class as a one-hot vector where it knows classes. */
export interface InputShape {
  readonly latentSize: number;
  /** 0 for a generator without classes. */
  readonly classes: number;
}

export interface GridLatents {
  /** Seed of the public latents. */
  readonly seed: number;
  readonly rows: number;
  readonly columns: number;
  /** The class that every digit shall have; undefined for a class to a row, as the trainer's grids have them. */
  readonly digit: number | undefined;
  /**
   * ψ, from 0 to 1: latents are drawn towards the origin, the mean digit, which trades variety for safety (Karras et
   * al., "A style-based generator architecture", CVPR 2019, section B, there on intermediate latents).
   */
  readonly truncation: number;
  /** What is added to every latent, [latentSize]. */
  readonly shift: Float32Array;
}

/**
 * The input that draws a grid. Untruncated and unshifted, with the run's own seed, it is what the trainer's grids
 * were drawn from, to the bit.
 *
 * @returns [rows · columns, latentSize + classes]
 */
export function gridInput(
  { latentSize, classes }: InputShape,
  { seed, rows, columns, digit, truncation, shift }: GridLatents,
): Float32Array<ArrayBuffer> {
  const count = rows * columns;
  const labelOf = digit === undefined ? rowLabel(columns, classes) : () => digit;
  const input = generatorInput({ seed, first: 0, count, latentSize, classes, labelOf });
  const width = latentSize + classes;
  for (let row = 0; row < count; row++)
    for (const [i, step] of shift.entries())
      input[row * width + i] = (input[row * width + i] as number) * truncation + step;
  return input;
}

/**
 * Where the latents go when each direction is followed so far.
 *
 * @param directions [count, latentSize], unit vectors
 * @param amounts [count], in standard deviations of a latent along any direction
 * @returns [latentSize]
 */
export function shiftAlong(
  directions: Directions,
  amounts: readonly number[],
  latentSize: number,
): Float32Array<ArrayBuffer> {
  const shift = new Float32Array(latentSize);
  for (const [k, amount] of amounts.entries())
    for (let i = 0; i < latentSize; i++)
      shift[i] = (shift[i] as number) + amount * (directions[k * latentSize + i] as number);
  return shift;
}

/** (1 - t) a + t b */
function mix(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return a.map((value, i) => (1 - t) * value + t * (b[i] as number));
}

/**
 * The point at `t` from 0 to 1 of the arc from a to b, which keeps the length that a normal latent has; a straight
 * line cuts through short latents that the generator never met (White, "Sampling generative networks", 2016, section
 * 2.1; Shoemake 1985). Almost parallel vectors are joined by the line.
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  const cosine = dot / (Math.hypot(...a) * Math.hypot(...b));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  // Not a number where one of them is the origin.
  if (!(Math.sin(angle) > 1e-4)) return mix(a, b, t);
  const [fromA, fromB] = [(1 - t) * angle, t * angle].map((part) => Math.sin(part) / Math.sin(angle));
  return a.map((value, i) => (fromA ?? 0) * value + (fromB ?? 0) * (b[i] as number));
}

/**
 * The input that draws a walk from one row of a grid's input to another, both included: latents along the arc,
 * classes in a straight line.
 *
 * @param from row of `input`; `to` as well
 * @returns [steps, latentSize + classes], steps at least 2
 */
export function walkInput(
  input: Float32Array,
  { latentSize, classes }: InputShape,
  { from, to, steps }: { readonly from: number; readonly to: number; readonly steps: number },
): Float32Array<ArrayBuffer> {
  const width = latentSize + classes;
  const row = (index: number) => input.subarray(index * width, (index + 1) * width);
  const [start, end] = [row(from), row(to)];
  const walk = new Float32Array(steps * width);
  for (let step = 0; step < steps; step++) {
    const t = step / (steps - 1);
    walk.set(slerp(start.subarray(0, latentSize), end.subarray(0, latentSize), t), step * width);
    walk.set(mix(start.subarray(latentSize), end.subarray(latentSize), t), step * width + latentSize);
  }
  return walk;
}

/** Of the power iteration, for each direction. */
const iterations = 200;

/** M v for a square matrix M, [size, size] with the size of v. */
function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return vector.map((_, row) => {
    let sum = 0;
    for (let column = 0; column < size; column++)
      sum += (matrix[row * size + column] as number) * (vector[column] as number);
    return sum;
  });
}

/** The unit vector along `vector`; a vector of zeros stays one. */
function normalise(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Takes `vector` out of a symmetric matrix of which it is an eigenvector of length 1. */
function deflate(matrix: Float64Array, vector: Float64Array): void {
  const size = vector.length;
  const image = multiply(matrix, vector);
  const eigenvalue = image.reduce((sum, value, i) => sum + value * (vector[i] as number), 0);
  for (const [row, a] of vector.entries())
    for (const [column, b] of vector.entries())
      matrix[row * size + column] = (matrix[row * size + column] as number) - eigenvalue * a * b;
}

/**
 * Eigenvectors of a symmetric matrix without negative eigenvalues, those of the largest first, by power
 * iteration and deflation. Their sign is arbitrary; here the largest component of each is positive.
 *
 * @param matrix [size, size]
 * @returns [count, size], rows of length 1
 */
function leadingEigenvectors(matrix: Float64Array, size: number, count: number): Directions {
  const rest = matrix.slice();
  const vectors = new Float32Array(count * size);
  for (let k = 0; k < count; k++) {
    // Any start with a share of each eigenvector will do; this one has no symmetry that could keep one out.
    let vector = normalise(Float64Array.from({ length: size }, (_, i) => Math.cos(1 + i * (k + 1))));
    for (let step = 0; step < iterations; step++) vector = normalise(multiply(rest, vector));
    deflate(rest, vector);
    const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const sign = largest < 0 ? -1 : 1;
    for (const [i, value] of vector.entries()) vectors[k * size + i] = sign * value;
  }
  return vectors;
}

/** Row i of a kernel as a matrix that a latent meets, [inputs, units]; a convolution's has its inputs last. */
function kernelRow({ shape, values }: Weight, i: number): Float32Array {
  const inputs = shape.length === 2 ? shape[0] : shape.at(-1);
  const units = values.length / (inputs ?? 1);
  if (shape.length === 2) return values.subarray(i * units, (i + 1) * units);
  return Float32Array.from({ length: units }, (_, unit) => values[unit * (inputs ?? 1) + i] as number);
}

/**
 * The directions of the latent space along which a generator's first layer changes most: the leading
 * eigenvectors of A Aᵀ, A being the rows of its kernel that a latent meets (Shen and Zhou, "Closed-form
 * factorization of latent semantics in GANs", CVPR 2021, equation 5).
 *
 * @param kernel [latentSize + classes, units], or of a convolution, [height, width, units, latentSize]
 * @returns [count, latentSize], unit vectors
 */
export function latentDirections(
  kernel: Weight,
  { latentSize, count }: { latentSize: number; count: number },
): Directions {
  const rows = Array.from({ length: latentSize }, (_, i) => kernelRow(kernel, i));
  const products = new Float64Array(latentSize * latentSize);
  for (const [i, a] of rows.entries())
    for (const [j, b] of rows.slice(0, i + 1).entries()) {
      const product = a.reduce((sum, value, unit) => sum + value * (b[unit] as number), 0);
      products[i * latentSize + j] = product;
      products[j * latentSize + i] = product;
    }
  return leadingEigenvectors(products, latentSize, count);
}
