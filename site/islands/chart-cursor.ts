import { cursor } from './cursor.ts';
import { query } from './query.ts';

/** Puts a chart's upright line at the page's epoch, and that epoch's values into its legend. */
class ChartCursor extends HTMLElement {
  #unfollow: (() => void) | undefined;

  connectedCallback(): void {
    this.#unfollow = cursor.follow((epoch) => this.#show(epoch));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
  }

  #show(epoch: number): void {
    const [left, right, from, to] = ['left', 'right', 'from', 'to'].map((name) => Number(this.dataset[name]));
    if (left === undefined || right === undefined || from === undefined || to === undefined) return;
    const x = left + ((epoch - from) / (to - from)) * (right - left);
    const line = query(this, '.cursor', SVGPathElement);
    line.setAttribute('transform', `translate(${x} 0)`);
    line.setAttribute('data-shown', '');
    for (const value of this.closest('figure')?.querySelectorAll('data') ?? []) {
      const { key = '' } = value.dataset;
      value.textContent = valueAt(epoch, key);
    }
  }
}

/** The value as the table of numbers words it; a dash where that epoch has none, as epoch 0 has not. */
function valueAt(epoch: number, key: string): string {
  const cell = document.querySelector(`tr[data-epoch="${epoch}"] > [data-key="${CSS.escape(key)}"]`);
  return cell?.textContent ?? '–';
}

customElements.define('chart-cursor', ChartCursor);
