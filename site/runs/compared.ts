import { list, nullable, number, record, type Shaped, text } from './shape.ts';

/** The sides of a comparison, by the letters that the address, the charts and the pictures call them. */
export const sideLetters = ['a', 'b', 'c', 'd'] as const;
export type SideLetter = (typeof sideLetters)[number];

/** What the compare page needs of a run: made of its record when the site is built, read back in the browser. */
export const comparedRun = record({
  name: text,
  /** What decides which digit stands where: equal in two runs whose grids show the same latents. */
  latents: record({ seed: number, rows: number, columns: number, size: number }),
  /** Side of a digit in pixels. */
  cell: number,
  /** The published grids in order, at least one. */
  frames: list(record({ epoch: number, url: text, words: text })),
  /** Means over each epoch: one value for each of `epochs`, null where an epoch has none. */
  curves: record({
    epochs: list(number),
    series: list(record({ key: text, title: text, values: list(nullable(number)) })),
  }),
  /** Every setting as it is printed. */
  settings: list(record({ label: text, value: text, meaning: text })),
  facts: list(record({ label: text, value: text })),
  scores: list(record({ label: text, value: text })),
});
export type ComparedRun = Shaped<typeof comparedRun>;
