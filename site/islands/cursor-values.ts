import { cursor } from './cursor.ts';
import { showValues } from './table-values.ts';

/** A line of numbers that follows the cursor. */
class CursorValues extends HTMLElement {
  #unfollow: (() => void) | undefined;

  connectedCallback(): void {
    this.#unfollow = cursor.follow((epoch) => showValues(this, epoch));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
  }
}

customElements.define('cursor-values', CursorValues);
