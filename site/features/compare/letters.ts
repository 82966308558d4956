import { element, type Markup } from '../../markup.ts';

/** The sides of a comparison, by the letters that the address, the charts and the pictures call them. */
export const sideLetters = ['a', 'b', 'c', 'd'] as const;
export type SideLetter = (typeof sideLetters)[number];

/** A side's letter with a piece of its line, so that colour is never the only mark. */
export function letterMark(letter: SideLetter): Markup {
  const line = element('path', { d: 'M0 4H28' });
  return element(
    'span',
    { class: `letter ${letter}` },
    letter.toUpperCase(),
    element('svg', { viewBox: '0 0 28 8', 'aria-hidden': 'true' }, line),
  );
}
