import { query } from '../../island.ts';

/** The axis of epochs of a drawn chart: its ends in the drawing, and the epochs there. */
export function readAxis(chart: Element): Record<'left' | 'right' | 'from' | 'to', number> {
  const { left, right, from, to } = query(chart, 'svg[role=img]', SVGSVGElement).dataset;
  return { left: Number(left), right: Number(right), from: Number(from), to: Number(to) };
}

/**
 * Puts a cursor of a drawn chart, and the rings of its lines, at an epoch.
 *
 * @param voice whose, where each has its own
 */
export function placeCursor(chart: Element, epoch: number, voice?: string): void {
  const whose = voice === undefined ? '' : `.${voice}`;
  const { left, right, from, to } = readAxis(chart);
  const x = left + ((epoch - from) / (to - from)) * (right - left);
  const line = chart.querySelector(`.cursor${whose}`);
  line?.setAttribute('transform', `translate(${x} 0)`);
  line?.setAttribute('data-shown', '');
  for (const ring of chart.querySelectorAll(`.line${whose} > .ring`)) placeRing(ring, x);
}

/** Puts a ring on the corner of its line that stands at `x`; a line without one there loses its ring. */
function placeRing(ring: Element, x: number): void {
  const corners = ring.previousElementSibling?.getAttribute('d')?.slice(1).split('L') ?? [];
  const corner = corners.map((pair) => pair.split(' ')).find(([at]) => Math.abs(Number(at) - x) < 0.1);
  ring.toggleAttribute('data-shown', corner !== undefined);
  if (corner) ring.setAttribute('transform', `translate(${corner.join(' ')})`);
}
