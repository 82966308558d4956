import { readParameter, writeParameters } from '../address.ts';
import { query } from '../island.ts';
import { arrangeRuns, type Card } from './arrange-runs.ts';

type Control = HTMLSelectElement | HTMLInputElement;

interface ItemCard extends Card {
  readonly item: HTMLLIElement;
}

/** What the address may say of the list. */
const parameters = ['q', 'sort', 'recipe', 'status'];

/** Sorts and filters the list of runs; the address keeps how. */
class RunBrowser extends HTMLElement {
  #cards: ItemCard[] = [];
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.#cards = [...this.querySelectorAll<HTMLLIElement>('li[data-name]')].map(readCard);
    for (const name of parameters) readControl(name, this.#control(name));
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

  get #controls(): Control[] {
    return [...this.querySelectorAll<Control>('.toolbar [name]')];
  }

  /** Undefined where there is nothing to choose, as where all runs are of one recipe. */
  #control(name: string): Control | undefined {
    return this.#controls.find((control) => control.name === name);
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
    const value = (name: string) => this.#control(name)?.value ?? '';
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

/** Sets a control to what the address says of it; what is not offered, or has no control, is taken out there. */
function readControl(name: string, control: Control | undefined): void {
  const wanted = readParameter(name);
  if (wanted === null) return;
  const isOffered =
    control instanceof HTMLSelectElement
      ? [...control.options].some(({ value }) => value === wanted)
      : control !== undefined;
  if (control && isOffered) control.value = wanted;
  else writeParameters({ [name]: undefined });
}

function writeControl({ name, value }: Control): void {
  const isDefault = value.trim() === '' || value === 'newest';
  writeParameters({ [name]: isDefault ? undefined : value });
}

function countWords(shown: number, all: number): string {
  if (shown === 0) return 'No run is like that.';
  return shown === all ? `${all} runs` : `${shown} of ${all} runs`;
}

customElements.define('run-browser', RunBrowser);
