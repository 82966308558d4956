import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { epochMetricNames, requiredMetricNames } from './names.ts';

/** The three sets, each with its scores. */
const anchorsOf = <Scores extends z.ZodType>(scores: Scores) => {
  const anchor = z.strictObject({ title: z.string(), about: z.string(), scores });
  return z.strictObject({ real: anchor, repeated: anchor, noise: anchor });
};

/** A number under each of these names. */
const numbers = <Name extends string>(names: readonly Name[]) =>
  // Object.fromEntries forgets the names that it is given.
  Object.fromEntries(names.map((name) => [name, z.number()])) as Record<Name, z.ZodNumber>;

/** What `make-anchors.ts` writes: scores of sets that nobody has to train, which give the others a scale. */
export const anchorsSchema = z.strictObject({
  command: z.string(),
  /** SHA-256 of the classifier's weights. */
  classifier: z.string(),
  /** SHA-256 of the data, as runs record it. */
  data: z.string(),
  samples: z.int(),
  /** TSTR takes classes, which of the three only real digits have. */
  anchors: anchorsOf(z.strictObject({ ...numbers(requiredMetricNames), tstr: z.number().optional() })),
  /** The same by the metrics of an epoch, against the digits that runs hold out. */
  epochAnchors: anchorsOf(z.strictObject(numbers(epochMetricNames))),
  /** Precision, recall, density and coverage of two sets of 10,000 standard normals in 1,000 dimensions. */
  normals: z.record(z.enum(['precision', 'recall', 'density', 'coverage']), z.number()),
});
export type Anchors = z.infer<typeof anchorsSchema>;

export const anchorsFile = new URL('./anchors.json', import.meta.url);

/** The anchors that come with Inkling. */
export async function readAnchors(): Promise<Anchors> {
  return anchorsSchema.parse(JSON.parse(await readFile(anchorsFile, 'utf8')));
}
