import * as v from 'valibot';

/** What the compare page needs of a run: made of its record when the site is built, read back in the browser. */
export const comparedRunSchema = v.object({
  name: v.string(),
  /** What decides which digit stands where: equal in two runs whose grids show the same latents. */
  latents: v.object({ seed: v.number(), rows: v.number(), columns: v.number(), size: v.number() }),
  /** Side of a digit in pixels. */
  cell: v.number(),
  /** The published grids in order, at least one. */
  frames: v.pipe(
    v.array(v.object({ epoch: v.number(), url: v.string(), words: v.string() })),
    v.minLength(1),
  ),
  /** Means over each epoch: one value for each of `epochs`, null where an epoch has none. */
  curves: v.object({
    epochs: v.array(v.number()),
    series: v.array(
      v.object({ key: v.string(), title: v.string(), values: v.array(v.nullable(v.number())) }),
    ),
  }),
  /** Every setting as it is printed. */
  settings: v.array(v.object({ label: v.string(), value: v.string(), meaning: v.string() })),
  facts: v.array(v.object({ label: v.string(), value: v.string() })),
  scores: v.array(v.object({ label: v.string(), value: v.string() })),
});
export type ComparedRun = v.InferOutput<typeof comparedRunSchema>;
