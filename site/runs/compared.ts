import * as v from 'valibot';

const levelSchema = v.object({ value: v.number(), label: v.string() });

/** How a quantity is drawn, as far as its values do not say it (see `ChartSpec`). */
const scaleSchema = v.object({
  domain: v.optional(v.pipe(v.tuple([v.number(), v.number()]), v.readonly())),
  log: v.optional(v.boolean()),
  goal: v.optional(levelSchema),
  references: v.optional(v.pipe(v.array(levelSchema), v.readonly())),
  note: v.optional(v.string()),
});

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
      v.object({
        key: v.string(),
        title: v.string(),
        scale: scaleSchema,
        values: v.array(v.nullable(v.number())),
      }),
    ),
  }),
  /** Every setting as it is printed. */
  settings: v.array(v.object({ label: v.string(), value: v.string(), meaning: v.string() })),
  facts: v.array(v.object({ label: v.string(), value: v.string() })),
  scores: v.array(v.object({ label: v.string(), value: v.string() })),
});
export type ComparedRun = v.InferOutput<typeof comparedRunSchema>;
