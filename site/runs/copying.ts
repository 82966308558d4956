import { formatFigure } from '../format.ts';

/** Of the distance that real digits have: above it nothing hints at copies, below it much does. */
const likeReal = 0.9;
const farCloser = 0.5;

/**
 * Whether samples look copied from the training digits, in a sentence.
 *
 * @param samples mean distance from a sample to the training digit most like it
 * @param real the same of digits that nobody trained on
 */
export function copyingWords(samples: number, real: number): string {
  const compared = `On average a sample is ${formatFigure(samples)} away from its nearest training digit, a real digit that nobody trained on ${formatFigure(real)}`;
  const share = samples / real;
  if (share >= likeReal) return `${compared}: nothing here looks copied.`;
  if (share >= farCloser)
    return `${compared}: closer than real digits come, so look at the pairs for copies.`;
  return `${compared}: far closer than real digits come, so they look copied.`;
}
