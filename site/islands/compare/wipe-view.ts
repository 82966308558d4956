import { query } from '../../island.ts';

/** Moves the border between two pictures that lie over one another: with its slider, or on the picture itself. */
class WipeView extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    const surface = query(this, '.wipe-surface', HTMLElement);
    this.#slider.addEventListener('input', () => this.#show(), { signal });
    surface.addEventListener('pointerdown', (event) => this.#grab(event), { signal });
    surface.addEventListener('pointermove', (event) => this.#drag(event), { signal });
    this.#show();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  get #slider(): HTMLInputElement {
    return query(this, '[name=wipe]', HTMLInputElement);
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#slider.focus({ preventScroll: true });
    this.#drag(event);
  }

  #drag({ currentTarget, pointerId, clientX }: PointerEvent): void {
    if (!(currentTarget instanceof Element) || !currentTarget.hasPointerCapture(pointerId)) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    this.#slider.valueAsNumber = ((clientX - left) / width) * 100;
    this.#show();
  }

  #show(): void {
    const share = this.#slider.valueAsNumber;
    this.style.setProperty('--wipe', `${share}%`);
    this.#slider.setAttribute('aria-valuetext', `A on the left ${share} %, B on the right ${100 - share} %`);
  }
}

customElements.define('wipe-view', WipeView);
