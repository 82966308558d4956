import { defineCollection, reference } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { configFields } from '../trainer/config.ts';

/** A recipe's note: what it is and where it comes from, for the reader of a run. */
const recipes = defineCollection({
  loader: glob({ base: './content/recipes', pattern: '*.md' }),
  schema: z.strictObject({
    title: z.string(),
    /** One sentence. */
    summary: z.string(),
    /** The title of the public project whose description the recipe follows, or null for a design of our own. */
    after: z.string().nullable(),
    /** A setting whose values are worth seeing side by side, once there are runs of two. */
    compare: z.enum(configFields).optional(),
    /** The literature behind it. */
    papers: z
      .array(z.strictObject({ title: z.string(), authors: z.string(), year: z.int(), url: z.url() }))
      .default([]),
    /** Place in lists, smallest first. */
    order: z.int(),
  }),
});

const articles = defineCollection({
  // MDX for those whose figures show runs; see features/articles.
  loader: glob({ base: './content/articles', pattern: '*.{md,mdx}' }),
  schema: z.strictObject({
    title: z.string(),
    /** One or two sentences. */
    summary: z.string(),
    /** The recipes whose runs it is told with. */
    recipes: z.array(reference('recipes')).default([]),
    /** Place in lists, smallest first. */
    order: z.int(),
  }),
});

export const collections = { recipes, articles };
