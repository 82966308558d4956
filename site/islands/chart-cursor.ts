import { cursor, moveCursor, nearestEpoch } from '../features/cursor/cursor.ts';
import { readFrames } from '../features/cursor/frames.ts';
import { query } from '../island.ts';
import { showValues } from './table-values.ts';

/** Puts a chart's upright line at the page's epoch and that epoch's values into its legend; a pointer moves both. */
class ChartCursor extends HTMLElement {
  #unfollow: (() => void) | undefined;
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.addEventListener('pointermove', (event) => this.#move(event), { signal });
    this.addEventListener('pointerdown', (event) => this.#point(event), { signal });
    this.#unfollow = cursor.follow((epoch) => this.#show(epoch));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  /** A page that scrolls under a resting mouse reports moves too, of no length: they move nothing. */
  #move(event: PointerEvent): void {
    if (event.movementX === 0 && event.movementY === 0) return;
    this.#point(event);
  }

  #point({ clientX }: PointerEvent): void {
    const { left, right, from, to } = this.#axis;
    const drawing = query(this, 'svg', SVGSVGElement);
    const box = drawing.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * drawing.viewBox.baseVal.width;
    const epoch = from + ((x - left) / (right - left)) * (to - from);
    const published = readFrames().map((frame) => frame.epoch);
    if (published.length > 0) moveCursor(nearestEpoch(epoch, published));
  }

  /** The axis of epochs: its ends in the drawing, and the epochs there. */
  get #axis(): Record<'left' | 'right' | 'from' | 'to', number> {
    const { left, right, from, to } = this.dataset;
    return { left: Number(left), right: Number(right), from: Number(from), to: Number(to) };
  }

  #show(epoch: number): void {
    const { left, right, from, to } = this.#axis;
    const x = left + ((epoch - from) / (to - from)) * (right - left);
    const line = query(this, '.cursor', SVGPathElement);
    line.setAttribute('transform', `translate(${x} 0)`);
    line.setAttribute('data-shown', '');
    for (const ring of this.querySelectorAll('.ring')) placeRing(ring, x);
    const figure = this.closest('figure');
    if (figure) showValues(figure, epoch);
  }
}

/** Puts a ring on the corner of its line that stands at `x`; a line without one there loses its ring. */
function placeRing(ring: Element, x: number): void {
  const corners = ring.previousElementSibling?.getAttribute('d')?.slice(1).split('L') ?? [];
  const corner = corners.map((pair) => pair.split(' ')).find(([at]) => Math.abs(Number(at) - x) < 0.1);
  ring.toggleAttribute('data-shown', corner !== undefined);
  if (corner) ring.setAttribute('transform', `translate(${corner.join(' ')})`);
}

customElements.define('chart-cursor', ChartCursor);
