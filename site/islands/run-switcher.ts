import { readParameter, writeParameters } from '../address.ts';
import { cursor } from '../features/cursor/cursor.ts';
import { query } from '../island.ts';

/** What goes along to another run, where the address has it. */
const carried = ['epoch', 'keys'];

/** Carries the epoch along to the other runs, and lets the keys 1 to 9 follow their links. */
class RunSwitcher extends HTMLElement {
  #unfollow: (() => void) | undefined;
  #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    const wanted = readParameter('keys');
    this.#keys.checked = wanted !== 'off';
    if (wanted !== null && wanted !== 'off') writeParameters({ keys: undefined });
    this.#keys.addEventListener('change', () => this.#switchKeys(), { signal });
    document.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.#unfollow = cursor.follow(() => this.#carry());
    this.#carry();
    this.#tellKeys();
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  /** Keys that are single characters must be possible to turn off (WCAG 2.1.4): speech can press them unmeant. */
  get #keys(): HTMLInputElement {
    return query(this, 'input[type=checkbox]', HTMLInputElement);
  }

  #switchKeys(): void {
    writeParameters({ keys: this.#keys.checked ? undefined : 'off' });
    this.#carry();
    this.#tellKeys();
  }

  /** Screen readers are told of a key only while it does something. */
  #tellKeys(): void {
    for (const link of this.querySelectorAll<HTMLElement>('a[data-key]'))
      link.ariaKeyShortcuts = this.#keys.checked ? (link.dataset.key ?? null) : null;
  }

  #carry(): void {
    for (const link of this.querySelectorAll<HTMLAnchorElement>('a[data-run]')) {
      const url = new URL(link.href);
      url.search = '';
      for (const name of carried) {
        const value = readParameter(name);
        if (value !== null) url.searchParams.set(name, value);
      }
      link.href = url.href;
    }
  }

  #key(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(key))
      return;
    if (!this.#keys.checked || (target instanceof Element && target.matches(typedInto))) return;
    this.querySelector<HTMLAnchorElement>(`a[data-key="${key}"]:not([aria-current])`)?.click();
  }
}

/** Where a digit means itself. */
const typedInto = 'input:not([type=range], [type=checkbox]), select, textarea';

customElements.define('run-switcher', RunSwitcher);
