import { readParameter } from '../../address.ts';
import { query } from '../../island.ts';

/** How close to the screen the sampler comes before it is loaded. */
const margin = '200px';

/** Loads the sampler once a visitor is about to see it, touches it, or has been sent to a state of it. */
class LiveSampler extends HTMLElement {
  /** What ends the wait for a visitor. */
  #waiting = new AbortController();
  #opened = false;
  /** What was pressed while the sampler was on its way. */
  #pressed: HTMLElement | undefined;

  connectedCallback(): void {
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
    // The names of the fields are those of the address's parameters.
    const names = [...new FormData(query(this, 'form', HTMLFormElement)).keys()];
    if (names.some((name) => readParameter(name) !== null)) {
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

  async #open(): Promise<void> {
    try {
      const { openPanel } = await import('./panel.ts');
      if (this.#opened) return;
      this.#opened = true;
      this.#waiting.abort();
      openPanel(this);
      this.#pressed?.click();
    } catch {
      query(this, '[role=status]', HTMLElement).textContent =
        'The sampler could not be loaded; touch it to try again.';
    }
  }
}

customElements.define('live-sampler', LiveSampler);
