import { generatorInput, rowLabel } from '../../trainer/random/latents.ts';
import type { Directions } from './protocol.ts';

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
