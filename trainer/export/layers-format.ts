import * as v from 'valibot';

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
