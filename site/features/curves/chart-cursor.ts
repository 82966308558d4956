import { query } from '../../island.ts';
import { cursor, moveCursor, nearestEpoch } from '../cursor/cursor.ts';
import { readFrames, showValues } from '../cursor/frames.ts';
import { placeCursor, readAxis } from './place-cursor.ts';

/** Puts a chart's upright line at the page's epoch and that epoch's values into its legend; a pointer moves both. */
class ChartCursor extends HTMLElement {
  connectedCallback(): void {
    this.#drawing.addEventListener('pointermove', (event) => this.#move(event));
    this.#drawing.addEventListener('pointerdown', (event) => this.#point(event));
    cursor.follow((epoch) => {
      placeCursor(this, epoch);
      showValues(this, epoch);
    });
  }

  get #drawing(): SVGSVGElement {
    return query(this, 'svg[role=img]', SVGSVGElement);
  }

  /** A page that scrolls under a resting mouse reports moves too, of no length: they move nothing. */
  #move(event: PointerEvent): void {
    if (event.movementX === 0 && event.movementY === 0) return;
    this.#point(event);
  }

  #point({ clientX }: PointerEvent): void {
    const { left, right, from, to } = readAxis(this);
    const box = this.#drawing.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * this.#drawing.viewBox.baseVal.width;
    const epoch = from + ((x - left) / (right - left)) * (to - from);
    const published = readFrames().map((frame) => frame.epoch);
    if (published.length > 0) moveCursor(nearestEpoch(epoch, published));
  }
}

customElements.define('chart-cursor', ChartCursor);
