import { digitPixels } from '../data/idx-format.ts';
import { toBytes } from '../export/pixels.ts';
import { generatorInput } from '../random/latents.ts';
import type { Plan } from './plan.ts';

/** A generator's forward pass, ready to run. */
export interface Forward {
  /** The most digits of one draw. */
  readonly batch: number;
  /**
   * @param inputs [n, latentSize + classes], n at most `batch`
   * @returns images [n, 28, 28] in the generator's range
   */
  draw(inputs: Float32Array): Promise<Float32Array>;
}

export interface DrawOptions extends Pick<Plan, 'latentSize' | 'classes'> {
  /** What the generator draws paper and ink as. */
  readonly range: readonly [paper: number, ink: number];
  readonly seed: number;
  /** Index of the first digit. */
  readonly first?: number;
  readonly count: number;
  /** The class that the digit of an index shall have; by default the classes in turn. */
  readonly labelOf?: ((index: number) => number) | undefined;
}

/** Some digits of a draw. */
export interface Drawn {
  /** Digits drawn so far, these included. */
  readonly done: number;
  /** [n, 28, 28], 0 is paper and 255 is ink */
  readonly images: Uint8Array;
  /** [n]; null for a generator without classes */
  readonly labels: Uint8Array | null;
}

/** Draws digits first, first + 1, … of a seed, some at a time. */
export async function* drawDigits(
  forward: Forward,
  { range, first = 0, count, labelOf, ...latents }: DrawOptions,
): AsyncGenerator<Drawn> {
  const { classes } = latents;
  const label = labelOf ?? ((index: number) => index % classes);
  for (let done = 0; done < count; done += forward.batch) {
    const n = Math.min(forward.batch, count - done);
    const from = first + done;
    const inputs = generatorInput({ ...latents, first: from, count: n, labelOf: label });
    const images = toBytes(await forward.draw(inputs), range);
    const labels = classes > 0 ? Uint8Array.from({ length: n }, (_, i) => label(from + i)) : null;
    yield { done: done + n, images, labels };
  }
}

/** All digits of a draw at once; labels are zeros for a generator without classes. */
export async function drawAll(forward: Forward, options: DrawOptions) {
  const { count } = options;
  const all = { images: new Uint8Array(count * digitPixels), labels: new Uint8Array(count), count };
  let at = 0;
  for await (const { done, images, labels } of drawDigits(forward, options)) {
    all.images.set(images, at * digitPixels);
    if (labels) all.labels.set(labels, at);
    at = done;
  }
  return all;
}
