import { z } from 'zod';
import { firstIssue } from '../artifacts/parse.ts';
import { readJsonFile } from '../cli/json-file.ts';
import { configSchema, gameSchema } from '../config.ts';
import { InputError } from '../errors.ts';

/** What makes a variant. Trials have a length, a place and files of their own. */
const changes = gameSchema.partial();

const ascending = <Values extends z.ZodArray<z.ZodNumber>>(values: Values) =>
  values.refine((given) => given.every((value, i) => i === 0 || value > given[i - 1]!), 'must ascend');

/** What is to be compared: variants of recipes, each trained for the same time with each seed. */
export const planSchema = z.strictObject({
  about: z.string(),
  /** Training times, in seconds, at which a variant is scored, ascending; the last ends it. */
  seconds: ascending(z.array(z.number().positive().max(1e6)).min(1).max(100)),
  /** Work, in TFLOP of products and convolutions, at which it is scored too, where it comes so far; ascending. */
  tflop: ascending(z.array(z.number().positive()).max(100)).default([]),
  seeds: z.array(configSchema.shape.seed).min(1).max(1000),
  /**
   * The real digits that samples are held against: the held-out ones where settings are chosen, the test digits where
   * what was chosen is reported.
   */
  against: z.enum(['held out', 'test']),
  /** By a name for people. */
  variants: z.record(
    z.string(),
    z.strictObject({ recipe: z.string().max(64), changes: changes.default({}) }),
  ),
});
export type Plan = z.infer<typeof planSchema>;

/** @throws InputError for a file that can't be read, is not JSON, or is no plan */
export async function readPlan(file: string): Promise<Plan> {
  const parsed = planSchema.safeParse(await readJsonFile(file, '--plan takes a JSON file'));
  if (parsed.success) return parsed.data;
  throw new InputError(`${file} is no plan: ${firstIssue(parsed.error)}.`);
}

/** How long a step of a variant takes on an idle machine, and its multiply-adds, times two. */
export const paceSchema = z.strictObject({ ms: z.number().positive(), gflop: z.number().min(0) });
export type Pace = z.infer<typeof paceSchema>;

/** The steps after which a variant of this pace is scored, ascending. */
export function marksOf({ seconds, tflop }: Pick<Plan, 'seconds' | 'tflop'>, { ms, gflop }: Pace): number[] {
  const byTime = seconds.map((time) => Math.round((time * 1000) / ms));
  const last = byTime.at(-1)!;
  const byWork = tflop.map((work) => Math.round((work * 1000) / gflop)).filter((step) => step <= last);
  return [...new Set([...byTime, ...byWork])].filter((step) => step > 0).sort((a, b) => a - b);
}
