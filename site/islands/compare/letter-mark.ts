import type { SideLetter } from '../../runs/side-letters.ts';
import { html, svg } from './draw.ts';

/** A side's letter with a piece of its line, so that colour is never the only mark. */
export function letterMark(letter: SideLetter): HTMLElement {
  const line = svg('path', { d: 'M0 4H28' });
  return html(
    'span',
    { class: `letter ${letter}` },
    letter.toUpperCase(),
    svg('svg', { viewBox: '0 0 28 8', 'aria-hidden': 'true' }, line),
  );
}
