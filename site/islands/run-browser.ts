import { readParameter, writeParameters } from './address.ts';
import { arrangeRuns, type Card } from './arrange-runs.ts';
import { query } from './query.ts';

interface ItemCard extends Card {
  readonly item: HTMLLIElement;
}

/** Sorts and filters the list of runs; the address keeps how. */
class RunBrowser extends HTMLElement {
  #cards: ItemCard[] = [];
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.#cards = [...this.querySelectorAll<HTMLLIElement>('li[data-name]')].map(readCard);
    for (const control of this.#controls) control.value = readControl(control);
    this.addEventListener('input', ({ target }) => this.#input(target), { signal });
    query(this, '[data-action=all]', HTMLButtonElement).addEventListener('click', () => this.#showAll(), {
      signal,
    });
    this.#show();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  get #controls(): (HTMLSelectElement | HTMLInputElement)[] {
    return [...this.querySelectorAll<HTMLSelectElement | HTMLInputElement>('.toolbar [name]')];
  }

  #input(target: EventTarget | null): void {
    const control = this.#controls.find((candidate) => candidate === target);
    if (!control) return;
    writeControl(control);
    this.#show();
  }

  #showAll(): void {
    for (const control of this.#controls) {
      if (control.name === 'sort') continue;
      control.value = '';
      writeControl(control);
    }
    this.#show();
    query(this, '[name=q]', HTMLInputElement).focus();
  }

  #show(): void {
    const value = (name: string) => this.#controls.find((control) => control.name === name)?.value ?? '';
    const shown = arrangeRuns(this.#cards, {
      sort: value('sort'),
      recipe: value('recipe'),
      status: value('status'),
      words: value('q'),
    });
    for (const { item } of this.#cards) item.hidden = true;
    for (const { item } of shown) item.hidden = false;
    query(this, '.cards', HTMLUListElement).append(...shown.map(({ item }) => item));
    const all = this.#cards.length;
    query(this, '[role=status]', HTMLElement).textContent = countWords(shown.length, all);
    query(this, '[data-action=all]', HTMLButtonElement).hidden = shown.length === all;
  }
}

function readCard(item: HTMLLIElement): ItemCard {
  const { name = '', recipe = '', status = '', device = '', seconds, score } = item.dataset;
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return { item, name, recipe, status, device, seconds: number(seconds), score: number(score) };
}

/** What the address says of a control; a choice that it does not offer is taken out. */
function readControl(control: HTMLSelectElement | HTMLInputElement): string {
  const wanted = readParameter(control.name);
  if (wanted === null) return control.value;
  if (control instanceof HTMLInputElement) return wanted;
  if ([...control.options].some(({ value }) => value === wanted)) return wanted;
  writeParameters({ [control.name]: undefined });
  return control.value;
}

function writeControl({ name, value }: HTMLSelectElement | HTMLInputElement): void {
  const isDefault = value.trim() === '' || value === 'newest';
  writeParameters({ [name]: isDefault ? undefined : value });
}

function countWords(shown: number, all: number): string {
  if (shown === 0) return 'No run is like that.';
  return shown === all ? `${all} runs` : `${shown} of ${all} runs`;
}

customElements.define('run-browser', RunBrowser);
