import { stateNames } from '../sampler/state-names.ts';
import { readParameter } from './address.ts';
import { query } from './query.ts';

/** How close to the screen the sampler comes before it is loaded. */
const margin = '200px';

/** Loads the sampler once a visitor is about to see it, touches it, or has been sent to a state of it. */
class LiveSampler extends HTMLElement {
  #waiting = new AbortController();
  #close: (() => void) | undefined;
  /** What was pressed while the sampler was on its way. */
  #pressed: HTMLElement | undefined;

  connectedCallback(): void {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    this.#awaitTouch();
    if (stateNames.some((name) => readParameter(name) !== null)) {
      void this.#open();
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void this.#open();
      },
      { rootMargin: margin },
    );
    observer.observe(this);
    signal.addEventListener('abort', () => observer.disconnect());
  }

  disconnectedCallback(): void {
    this.#waiting.abort();
    this.#close?.();
    this.#close = undefined;
  }

  #awaitTouch(): void {
    const { signal } = this.#waiting;
    this.addEventListener('focusin', () => void this.#open(), { signal });
    this.addEventListener(
      'click',
      ({ target }) => {
        const button = target instanceof Element ? target.closest<HTMLElement>('button') : null;
        this.#pressed = button ?? undefined;
        void this.#open();
      },
      { signal },
    );
  }

  async #open(): Promise<void> {
    try {
      const { openPanel } = await import('../sampler/panel.ts');
      if (!this.isConnected || this.#close) return;
      this.#waiting.abort();
      this.#close = openPanel(this);
      this.#pressed?.click();
    } catch {
      query(this, '[role=status]', HTMLElement).textContent =
        'The sampler could not be loaded; touch it to try again.';
    }
  }
}

customElements.define('live-sampler', LiveSampler);
