import * as v from 'valibot';
import { fromFloat16 } from './float16.ts';

/**
 * The parts of the tfjs Layers format that Inkling writes and, in the browser too, reads:
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (ModelJSON).
 */
const weightSchema = v.object({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  dtype: v.literal('float32'),
  /** Present when the file holds halves. */
  quantization: v.exactOptional(
    v.object({ dtype: v.literal('float16'), original_dtype: v.literal('float32') }),
  ),
});

export const layersModelSchema = v.object({
  format: v.literal('layers-model'),
  generatedBy: v.string(),
  convertedBy: v.nullable(v.string()),
  modelTopology: v.record(v.string(), v.unknown()),
  weightsManifest: v.tuple([
    v.object({ paths: v.tuple([v.literal('weights.bin')]), weights: v.array(weightSchema) }),
  ]),
});

/** One weight in `weights.bin`; they follow each other in the order of the manifest, without padding. */
export type WeightEntry = v.InferOutput<typeof weightSchema>;
export type LayersModelJson = v.InferOutput<typeof layersModelSchema>;

/** Bytes that a weight takes in `weights.bin`. */
export function weightBytes({ shape, quantization }: WeightEntry): number {
  return shape.reduce((size, side) => size * side, quantization ? 2 : 4);
}

/** A weight of an exported network, as float32 whatever the file holds. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
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

/**
 * What is wrong with what `weights.bin` holds, as the rest of a sentence about it: another size than `model.json`
 * describes, or a value that is no number. A network draws with such values too, if nothing worth a look.
 */
export function weightsFault(
  { weightsManifest }: Pick<LayersModelJson, 'weightsManifest'>,
  bytes: Uint8Array,
): string | undefined {
  const entries = weightsManifest[0].weights;
  const wanted = entries.reduce((sum, entry) => sum + weightBytes(entry), 0);
  if (bytes.length !== wanted) return `has ${bytes.length} bytes and model.json describes ${wanted}`;
  let start = 0;
  for (const entry of entries) {
    // A copy: a view of words must begin at a multiple of their size, and after halves a weight need not.
    const own = new Uint8Array(bytes.subarray(start, start + weightBytes(entry))).buffer;
    start += own.byteLength;
    // Infinities and what is no number have an exponent of ones alone.
    const [words, exponent] = entry.quantization
      ? [new Uint16Array(own), 0x7c00]
      : [new Uint32Array(own), 0x7f800000];
    if (words.some((word) => (word & exponent) === exponent))
      return `has values of ${entry.name} that are not finite`;
  }
  return undefined;
}
