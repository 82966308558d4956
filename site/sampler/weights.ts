import { type LayersModelJson, weightBytes } from '../../trainer/export/layers-format.ts';

/** A weight of an exported network, as float32 whatever the file holds. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * The values of halves. Shifted into a float's exponent and mantissa, the bits of a finite half stand for
 * 2^-112 of its value, subnormal halves too, and the product is exact.
 */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(halves.length);
  for (const [i, half] of halves.entries()) words[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
  return new Float32Array(words.buffer).map((value) => value * 2 ** 112);
}

/**
 * The weights of `weights.bin`, by name: `g_dense/kernel`.
 *
 * @throws Error when the file's length is not what the manifest says
 */
export function readWeights(
  { weightsManifest }: Pick<LayersModelJson, 'weightsManifest'>,
  bytes: ArrayBuffer,
): Map<string, Weight> {
  const entries = weightsManifest[0].weights;
  const wanted = entries.reduce((sum, entry) => sum + weightBytes(entry), 0);
  if (bytes.byteLength !== wanted)
    throw new Error(`weights.bin has ${bytes.byteLength} bytes, and model.json describes ${wanted}.`);
  let start = 0;
  return new Map(
    entries.map((entry) => {
      const end = start + weightBytes(entry);
      // A copy: a view of floats must begin at a multiple of four, and after halves a weight need not.
      const own = bytes.slice(start, end);
      start = end;
      const values = entry.quantization ? fromFloat16(new Uint16Array(own)) : new Float32Array(own);
      return [entry.name, { shape: entry.shape, values }];
    }),
  );
}
