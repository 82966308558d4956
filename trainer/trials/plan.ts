import { z } from 'zod';
import { configSchema } from '../config.ts';

const changes = configSchema.partial().omit({ recipe: true, seed: true, epochs: true, engine: true });

/** What is to be compared: variants of recipes, each trained for the same time with each seed. */
export const planSchema = z.strictObject({
  about: z.string(),
  /** Training times, in seconds, at which a variant is scored, ascending; the last ends it. */
  seconds: z.array(z.number().positive()).min(1),
  /** Work, in TFLOP of products and convolutions, at which it is scored too, where it comes so far. */
  tflop: z.array(z.number().positive()).default([]),
  seeds: z.array(z.int().min(0)).min(1),
  /**
   * The real digits that samples are held against: the held-out ones where settings are chosen, the test digits where
   * what was chosen is reported.
   */
  against: z.enum(['held out', 'test']),
  /** By a name for people. */
  variants: z.record(z.string(), z.strictObject({ recipe: z.string(), changes: changes.default({}) })),
});
export type Plan = z.infer<typeof planSchema>;

/** How long a step of a variant takes on an idle machine, and its multiply-adds, times two. */
const paceSchema = z.strictObject({ ms: z.number().positive(), gflop: z.number().min(0) });
export type Pace = z.infer<typeof paceSchema>;

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

/** What has been measured of a plan so far. */
export const resultsSchema = z.strictObject({
  device: z.string(),
  /** Real digits in the place of samples, as many: what no generator is expected to beat. */
  floor: z.number(),
  pace: z.record(z.string(), paceSchema),
  rows: z.array(rowSchema),
});
export type Results = z.infer<typeof resultsSchema>;

/** The steps after which a variant of this pace is scored, ascending. */
export function marksOf({ seconds, tflop }: Plan, { ms, gflop }: Pace): number[] {
  const byTime = seconds.map((time) => Math.round((time * 1000) / ms));
  const last = Math.max(...byTime);
  const byWork = tflop.map((work) => Math.round((work * 1000) / gflop)).filter((step) => step <= last);
  return [...new Set([...byTime, ...byWork])].filter((step) => step > 0).sort((a, b) => a - b);
}
