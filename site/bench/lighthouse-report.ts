import { z } from 'zod';

/** The part of Lighthouse's JSON report that we read. */
const reportSchema = z.object({
  categories: z.record(
    z.string(),
    z.object({
      title: z.string(),
      /** From 0 to 1; null when the page could not be judged. */
      score: z.number().nullable(),
      auditRefs: z.array(z.object({ id: z.string(), weight: z.number() })),
    }),
  ),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
});

export interface PageScores {
  /** Out of 100, by the category's title. */
  readonly scores: Readonly<Record<string, number>>;
  /** What cost points: audits that count and did not pass, in words. */
  readonly faults: readonly string[];
}

/** Reads a report of Lighthouse. */
export function readReport(json: unknown): PageScores {
  const { categories, audits } = reportSchema.parse(json);
  const scores = Object.values(categories).map(({ title, score }) => [title, Math.round((score ?? 0) * 100)]);
  const faults = Object.values(categories)
    .filter(({ score }) => score !== 1)
    .flatMap(({ title, auditRefs }) =>
      auditRefs.flatMap(({ id, weight }) => {
        const audit = audits[id];
        if (weight === 0 || !audit || audit.score === null || audit.score >= 1) return [];
        return `${title}: ${id} (${[audit.title, audit.displayValue].filter(Boolean).join(', ')})`;
      }),
    );
  return { scores: Object.fromEntries(scores), faults };
}

/** Whether every category has full marks; a report without any has not. */
export function isPerfect({ scores }: PageScores): boolean {
  const all = Object.values(scores);
  return all.length > 0 && all.every((score) => score === 100);
}

/** One line: where, how, and the scores. */
export function scoreLine(page: string, device: string, { scores }: PageScores): string {
  const words = Object.entries(scores).map(([title, score]) => `${title} ${score}`);
  return `${page} on ${device}: ${words.join(', ')}`;
}
