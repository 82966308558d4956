import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

/** A recipe's note: what it is and where it comes from, for the reader of a run. */
const recipes = defineCollection({
  loader: glob({ base: './content/recipes', pattern: '*.md' }),
  schema: z.strictObject({
    title: z.string(),
    /** One sentence. */
    summary: z.string(),
    /** The document that the recipe follows, or null for a design of our own. */
    seed: z.strictObject({ document: z.string(), title: z.string() }).nullable(),
    /** The literature behind it. */
    papers: z
      .array(z.strictObject({ title: z.string(), authors: z.string(), year: z.int(), url: z.url() }))
      .default([]),
    /** Place in lists, smallest first. */
    order: z.int(),
  }),
});

const articles = defineCollection({
  loader: glob({ base: './content/articles', pattern: '*.md' }),
  schema: z.strictObject({ title: z.string(), summary: z.string(), order: z.int() }),
});

export const collections = { recipes, articles };
