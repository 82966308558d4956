import { sideLetters } from '../features/compare/letters.ts';
import { query } from '../island.ts';

/** Gathers the ticks of a list's cards into one link to their comparison. */
class ComparePicker extends HTMLElement {
  #picked: string[] = [];
  #leaving = new AbortController();

  connectedCallback(): void {
    if (!this.querySelector('.picked')) return;
    this.addEventListener('change', ({ target }) => this.#change(target), { signal: this.#leaving.signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  #change(target: EventTarget | null): void {
    if (!(target instanceof HTMLInputElement) || target.name !== 'compare') return;
    const others = this.#picked.filter((name) => name !== target.value);
    this.#picked = target.checked ? [...others, target.value] : others;
    this.#show();
  }

  #show(): void {
    const count = this.#picked.length;
    const isFull = count === sideLetters.length;
    query(this, '.picked', HTMLElement).setAttribute('data-picked', String(count));
    query(this, '.picked [role=status]', HTMLElement).textContent = words(count, isFull);
    const link = query(this, '.picked a', HTMLAnchorElement);
    link.search = new URLSearchParams(this.#picked.map((name, i) => [sideLetters[i] ?? '', name])).toString();
    for (const box of this.querySelectorAll<HTMLInputElement>('[name=compare]'))
      box.disabled = isFull && !box.checked;
  }
}

function words(count: number, isFull: boolean): string {
  if (count === 0) return '';
  if (count === 1) return 'One run picked: pick another to compare it with.';
  return isFull ? `${count} runs picked, as many as fit.` : `${count} runs picked.`;
}

customElements.define('compare-picker', ComparePicker);
