import * as v from 'valibot';
import { withBase } from '../../with-base.ts';

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

const records = new Map<string, Promise<ComparedRun>>();

/**
 * The record of a run, fetched once; one that fails is fetched again when next asked for.
 *
 * @throws an error whose message is a sentence that names the run
 */
export function loadRun(name: string): Promise<ComparedRun> {
  const known = records.get(name);
  if (known !== undefined) return known;
  const record = fetchRun(name).catch((error: unknown) => {
    records.delete(name);
    throw error;
  });
  records.set(name, record);
  return record;
}

async function fetchRun(name: string): Promise<ComparedRun> {
  // A site that was made again may have a longer run under the same name.
  const response = await fetch(withBase(`runs/${name}/compare.json`), { cache: 'no-cache' }).catch(
    () => undefined,
  );
  if (!response?.ok)
    throw new Error(
      `The run ${name} could not be fetched${response ? ` (status ${response.status})` : ''}; load this page again to try once more.`,
    );
  try {
    return v.parse(comparedRunSchema, await response.json());
  } catch {
    throw new Error(`The record of the run ${name} cannot be read; this page may be older than the site.`);
  }
}
