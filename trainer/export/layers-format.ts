import { z } from 'zod';

/**
 * The parts of the tfjs Layers format that Inkling writes and reads:
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (ModelJSON).
 */
const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.literal('float32'),
  /** Present when the file holds halves. */
  quantization: z
    .object({ dtype: z.literal('float16'), original_dtype: z.literal('float32') })
    .exactOptional(),
});

export const layersModelSchema = z.object({
  format: z.literal('layers-model'),
  generatedBy: z.string(),
  convertedBy: z.string().nullable(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.tuple([
    z.object({ paths: z.tuple([z.literal('weights.bin')]), weights: z.array(weightSchema) }),
  ]),
});

/** One weight in `weights.bin`; they follow each other in the order of the manifest, without padding. */
export type WeightEntry = z.infer<typeof weightSchema>;
export type LayersModelJson = z.infer<typeof layersModelSchema>;

/** Bytes that a weight takes in `weights.bin`. */
export function weightBytes({ shape, quantization }: WeightEntry): number {
  return shape.reduce((size, side) => size * side, quantization ? 2 : 4);
}
