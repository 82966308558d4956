import { query } from '../../island.ts';
import { type Comparison, canWipe, frameAt } from './comparison.ts';

/** Puts every control where the comparison is: one slider for all sides while linked, else one for each. */
export function showControls(root: HTMLElement, { sides, linked, view }: Comparison): void {
  const input = (selector: string) => query(root, selector, HTMLInputElement);
  input('[name=link]').checked = linked;
  input(`[name=view][value=${view}]`).checked = true;
  input('[name=view][value=wipe]').disabled = !canWipe(sides);
  query(root, '.linked', HTMLElement).hidden = !linked;
  query(root, '.unlinked', HTMLElement).hidden = linked;
  for (const label of root.querySelectorAll<HTMLElement>('label[data-slider]')) {
    const { slider } = label.dataset;
    const side = sides.find(({ letter }) => letter === slider);
    label.hidden = side === undefined;
    if (!side) continue;
    const published = side.run.frames.map(({ epoch }) => epoch);
    place(query(label, 'input', HTMLInputElement), published, frameAt(side.run, side.epoch).epoch);
  }
}

function place(slider: HTMLInputElement, stops: readonly number[], epoch: number): void {
  slider.max = String(stops.length - 1);
  slider.value = String(stops.indexOf(epoch));
  slider.setAttribute('aria-valuetext', `epoch ${epoch}`);
}
