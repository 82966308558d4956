import { readParameter } from './address.ts';
import { followFrame } from './frames.ts';
import { query } from './query.ts';
import { chooseWeights, weights } from './weights.ts';

/** Two radio buttons that swap the pictures of the page, and a word at epochs that have but one. */
class WeightsChoice extends HTMLElement {
  #unfollow: (() => void) | undefined;
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.addEventListener('change', () => this.#choose(), { signal });
    // A click on the stage takes the focus to its slider: those in here have a focus of their own.
    this.addEventListener('click', (event) => event.stopPropagation(), { signal });
    chooseWeights(readParameter('weights'));
    query(this, `input[value=${weights.value}]`, HTMLInputElement).checked = true;
    const lacking = this.querySelector('[data-lacking]');
    this.#unfollow = followFrame(({ lacksWeights }) => lacking?.toggleAttribute('data-shown', lacksWeights));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  #choose(): void {
    chooseWeights(query(this, 'input:checked', HTMLInputElement).value);
  }
}

customElements.define('weights-choice', WeightsChoice);
