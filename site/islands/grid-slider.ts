import { loadPicture } from './frames.ts';
import { query } from './query.ts';

/** A grid with a slider of its own: an article's figures show different runs, so they share no cursor. */
class GridSlider extends HTMLElement {
  #links: HTMLAnchorElement[] = [];
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#links = [...this.querySelectorAll<HTMLAnchorElement>('a[data-epoch]')];
    const { signal } = this.#leaving;
    this.#slider.addEventListener('input', () => this.#show(), { signal });
    // The pictures are small, but an article has many: they are fetched when somebody means to use the slider.
    const fetchAll = () => this.#links.forEach((link) => void loadPicture(link.href));
    for (const intent of ['pointerenter', 'focusin'])
      this.#slider.addEventListener(intent, fetchAll, { signal, once: true });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  get #slider(): HTMLInputElement {
    return query(this, 'input', HTMLInputElement);
  }

  #show(): void {
    const link = this.#links[this.#slider.valueAsNumber];
    if (!link) return;
    const { epoch = '', words = '' } = link.dataset;
    this.#slider.setAttribute('aria-valuetext', `epoch ${epoch}`);
    query(this, '.shown', HTMLElement).textContent = epoch;
    void this.#paint(link, words);
  }

  async #paint(link: HTMLAnchorElement, words: string): Promise<void> {
    await loadPicture(link.href);
    if (this.#links[this.#slider.valueAsNumber] !== link) return;
    const picture = query(this, 'img', HTMLImageElement);
    picture.src = link.href;
    picture.alt = words;
  }
}

customElements.define('grid-slider', GridSlider);
