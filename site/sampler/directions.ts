import type { Directions } from './protocol.ts';
import type { Weight } from './weights.ts';

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
export function leadingEigenvectors(matrix: Float64Array, size: number, count: number): Directions {
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
