import { stateNames } from '../sampler/state.ts';
import { readParameter } from './address.ts';

/** How close to the screen the sampler comes before it is loaded. */
const margin = '200px';

/** Loads the sampler once a visitor is about to see it, touches it, or has been sent to a state of it. */
class LiveSampler extends HTMLElement {
  #waiting = new AbortController();
  #close: (() => void) | undefined;

  connectedCallback(): void {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    const open = () => void this.#open();
    if (stateNames.some((name) => readParameter(name) !== null)) {
      open();
      return;
    }
    for (const event of ['pointerdown', 'focusin']) this.addEventListener(event, open, { signal });
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) open();
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

  async #open(): Promise<void> {
    this.#waiting.abort();
    const { openPanel } = await import('../sampler/panel.ts');
    if (this.isConnected) this.#close ??= openPanel(this);
  }
}

customElements.define('live-sampler', LiveSampler);
