import { readParameter, writeParameters } from './address.ts';
import { cursor, moveCursor } from './cursor.ts';
import { type Frame, loadPicture, readFrames } from './frames.ts';
import { parseEpoch } from './parse-epoch.ts';
import { createPlayback, showPlaying } from './playback.ts';
import { query } from './query.ts';

/** How long an epoch stays on the screen at speed 1, in milliseconds. */
const beat = 450;
/** Neighbours loaded ahead on either side. */
const reach = 3;

/** Moves the cursor through the epochs: slider, buttons, speed and keys. */
class EpochPlayer extends HTMLElement {
  #frames: Frame[] = [];
  #unfollow: (() => void) | undefined;
  /** Whether playing moves the cursor; any other move was the visitor's choice, and ends it. */
  #isStepping = false;
  #playback = createPlayback({
    beat: () => beat / this.#speed,
    prepare: async () => {
      const next = this.#frames[this.#index + 1];
      if (next) await loadPicture(next.url);
    },
    step: () => this.#step(),
    rewind: () => {
      if (this.#index === this.#last) this.#go(0);
    },
    onChange: (playing) => showPlaying(this, playing),
  });
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#frames = readFrames();
    const { signal } = this.#leaving;
    this.#slider.addEventListener('input', () => this.#go(this.#slider.valueAsNumber), { signal });
    this.addEventListener('click', (event) => this.#click(event), { signal });
    document.addEventListener('keydown', (event) => this.#key(event), { signal });
    cursor.set(epochFromAddress(this.#frames.map(({ epoch }) => epoch)));
    this.#unfollow = cursor.follow((epoch) => void this.#show(epoch));
  }

  disconnectedCallback(): void {
    this.#playback.pause();
    this.#unfollow?.();
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  /** Whether any of the large pictures is on the screen: further down, the page keeps its own keys. */
  get #inView(): boolean {
    const { top, bottom } = query(this, '.stage', HTMLElement).getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }

  get #slider(): HTMLInputElement {
    return query(this, 'input[type=range]', HTMLInputElement);
  }

  get #speed(): number {
    return Number(query(this, '[data-speed]', HTMLSelectElement).value);
  }

  get #index(): number {
    return this.#frames.findIndex(({ epoch }) => epoch === cursor.value);
  }

  get #last(): number {
    return this.#frames.length - 1;
  }

  #step(): boolean {
    const next = this.#frames[this.#index + 1];
    this.#isStepping = true;
    if (next) moveCursor(next.epoch);
    this.#isStepping = false;
    return this.#index < this.#last;
  }

  /** To frame `index`, by the visitor's hand. */
  #go(index: number): void {
    this.#playback.pause();
    const frame = this.#frames[Math.min(Math.max(index, 0), this.#last)];
    if (frame) moveCursor(frame.epoch);
  }

  #click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    const { action } = target.closest('button')?.dataset ?? {};
    if (action === 'play') this.#playback.toggle();
    else if (action === 'back') this.#go(this.#index - 1);
    else if (action === 'forward') this.#go(this.#index + 1);
    else if (target.closest('.stage') && !target.closest('a')) this.#slider.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const onSlider = event.target === this.#slider;
    if (!onSlider && event.target !== document.body) return;
    // The slider moves by itself and says so with an input event.
    if (onSlider && event.key !== ' ') return;
    if (event.key === 'ArrowLeft') this.#go(this.#index - 1);
    else if (event.key === 'ArrowRight') this.#go(this.#index + 1);
    else if (!this.#inView) return;
    else if (event.key === ' ') this.#playback.toggle();
    else if (event.key === 'Home') this.#go(0);
    else if (event.key === 'End') this.#go(this.#last);
    else return;
    event.preventDefault();
  }

  async #show(epoch: number): Promise<void> {
    const index = this.#index;
    const frame = this.#frames[index];
    if (!frame) return;
    if (!this.#isStepping) this.#playback.pause();
    this.#slider.value = String(index);
    this.#slider.setAttribute('aria-valuetext', `epoch ${epoch}`);
    await loadPicture(frame.url);
    // Neighbours of an epoch that was only passed would crowd out the one that is waited for.
    if (cursor.value !== epoch) return;
    for (const { url } of this.#frames.slice(Math.max(0, index - reach), index + reach + 1))
      void loadPicture(url);
  }
}

/** The epoch that the address asks for; one that is not published gives way there to the one that is shown. */
function epochFromAddress(published: readonly number[]): number {
  const wanted = readParameter('epoch');
  const epoch = parseEpoch(wanted, published);
  if (wanted !== null && wanted !== String(epoch))
    writeParameters({ epoch: epoch === published.at(-1) ? undefined : String(epoch) });
  return epoch;
}

customElements.define('epoch-player', EpochPlayer);
