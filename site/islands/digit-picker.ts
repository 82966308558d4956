import { query } from './query.ts';
import { selectDigit, selectedDigit } from './selected-digit.ts';

/** Lies around the large grid: a click chooses the digit under it, and the chosen one is marked. */
class DigitPicker extends HTMLElement {
  #unfollow: (() => void) | undefined;
  #leaving = new AbortController();

  connectedCallback(): void {
    this.addEventListener('click', (event) => this.#pick(event), { signal: this.#leaving.signal });
    this.#unfollow = selectedDigit.follow((digit) => this.#show(digit));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  get #shape(): { rows: number; columns: number } {
    const { rows, columns } = this.dataset;
    return { rows: Number(rows), columns: Number(columns) };
  }

  #pick({ clientX, clientY }: MouseEvent): void {
    const { rows, columns } = this.#shape;
    const box = this.getBoundingClientRect();
    const row = Math.floor(((clientY - box.top) / box.height) * rows);
    const column = Math.floor(((clientX - box.left) / box.width) * columns);
    // The row labels lie beside the grid.
    if (row < 0 || row >= rows || column < 0 || column >= columns) return;
    selectDigit(row * columns + column);
  }

  #show(digit: number): void {
    const { rows, columns } = this.#shape;
    const { style } = query(this, '.digit-mark', HTMLElement);
    style.width = `${100 / columns}%`;
    style.height = `${100 / rows}%`;
    style.left = `${((digit % columns) * 100) / columns}%`;
    style.top = `${(Math.floor(digit / columns) * 100) / rows}%`;
  }
}

customElements.define('digit-picker', DigitPicker);
