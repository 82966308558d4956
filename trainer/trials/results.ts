import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { firstIssue } from '../artifacts/parse.ts';
import { readJsonFile } from '../cli/json-file.ts';
import { recordedConfigSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import { type Plan, paceSchema, planSchema } from './plan.ts';

/** FCD-MNIST of a variant's generator after some steps. */
const rowSchema = z.strictObject({
  variant: z.string(),
  seed: z.int(),
  step: z.int(),
  /** On an idle machine. */
  seconds: z.number(),
  tflop: z.number(),
  /** FCD of the weights as they are, and of their average where there is one. */
  raw: z.number(),
  averaged: z.number().nullable(),
  /** Of the published weights, averaged or not; at the end only. */
  precision: z.number().optional(),
  recall: z.number().optional(),
});
export type Row = z.infer<typeof rowSchema>;

/** A trial that could not go on to its end, and why. */
const faultSchema = z.strictObject({ variant: z.string(), seed: z.int(), fault: z.string() });

/** What a variant is in full: the plan's changes in its recipe's settings. */
const variantConfig = recordedConfigSchema.omit({ seed: true });
export type VariantConfig = z.infer<typeof variantConfig>;

/** What has been measured of a plan so far. */
export const resultsSchema = z.strictObject({
  ...planSchema.pick({ seconds: true, tflop: true, against: true }).shape,
  device: z.string(),
  /** Real digits in the place of samples, as many: what no generator is expected to beat. */
  floor: z.number(),
  variants: z.record(z.string(), z.strictObject({ config: variantConfig, pace: paceSchema })),
  rows: z.array(rowSchema),
  faults: z.array(faultSchema),
});
export type Results = z.infer<typeof resultsSchema>;

/**
 * What was measured before. Variants and seeds may have been added to the plan since.
 *
 * @returns undefined where there is nothing
 * @throws InputError where it was measured of something else than what is planned now
 */
export async function readResults(
  file: string,
  plan: Plan,
  now: { readonly device: string; readonly configs: Readonly<Record<string, VariantConfig>> },
): Promise<Results | undefined> {
  if (!existsSync(file)) return undefined;
  const parsed = resultsSchema.safeParse(await readJsonFile(file, 'a JSON file is wanted'));
  const other = parsed.success ? differenceOf(parsed.data, plan, now) : firstIssue(parsed.error);
  if (parsed.success && other === undefined) return parsed.data;
  throw new InputError(`${file} does not belong to this plan (${other}); move it away to begin anew.`);
}

function differenceOf(
  results: Results,
  plan: Plan,
  { device, configs }: { readonly device: string; readonly configs: Readonly<Record<string, VariantConfig>> },
): string | undefined {
  if (results.device !== device) return `it was measured on ${results.device}`;
  const planned = (['seconds', 'tflop', 'against'] as const).find(
    (name) => !isDeepStrictEqual(results[name], plan[name]),
  );
  if (planned) return `its plan had ${planned} ${JSON.stringify(results[planned])}`;
  const changed = Object.entries(results.variants).find(
    ([name, { config }]) => configs[name] && !isDeepStrictEqual(config, configs[name]),
  );
  return changed && `its ${changed[0]} had other settings`;
}
