import { readParameter, writeParameters } from './address.ts';
import { cursor } from './cursor.ts';
import { type Frame, loadPicture, readFrames } from './frames.ts';
import { parseEpoch } from './parse-epoch.ts';
import { query } from './query.ts';

/** How long an epoch stays on the screen while playing, in milliseconds. */
const beat = 450;
/** Neighbours loaded ahead on either side. */
const reach = 3;

/** Moves the large grid through the epochs: slider, buttons, keys, contact sheet and address, one cursor. */
class EpochPlayer extends HTMLElement {
  #frames: Frame[] = [];
  #unfollow: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#frames = readFrames(this);
    const { signal } = this.#leaving;
    this.#slider.addEventListener('input', () => this.#go(this.#slider.valueAsNumber), { signal });
    this.addEventListener('click', (event) => this.#click(event), { signal });
    document.addEventListener('keydown', (event) => this.#key(event), { signal });
    cursor.set(epochFromAddress(this.#frames.map(({ epoch }) => epoch)));
    this.#unfollow = cursor.follow((epoch) => this.#show(epoch));
  }

  disconnectedCallback(): void {
    this.pause();
    this.#unfollow?.();
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  play(): void {
    if (this.#index === this.#frames.length - 1) this.#move(0);
    this.#renderPlaying(true);
    this.#tick();
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#renderPlaying(false);
  }

  #toggle(): void {
    if (this.#timer === undefined) this.play();
    else this.pause();
  }

  /** Whether any of the large pictures is on the screen: further down, the page keeps its own keys. */
  get #inView(): boolean {
    const { top, bottom } = query(this, '.stage', HTMLElement).getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }

  get #slider(): HTMLInputElement {
    return query(this, 'input[type=range]', HTMLInputElement);
  }

  get #index(): number {
    return this.#frames.findIndex(({ epoch }) => epoch === cursor.value);
  }

  /** Waits for the next picture, however slow the line: playing never skips an epoch. */
  #tick(): void {
    this.#timer = setTimeout(async () => {
      const next = this.#frames[this.#index + 1];
      const timer = this.#timer;
      if (next) await loadPicture(next.url);
      if (timer !== this.#timer) return;
      if (next) this.#move(this.#index + 1);
      if (this.#index === this.#frames.length - 1) this.pause();
      else this.#tick();
    }, beat);
  }

  /** To frame `index`, by the visitor's hand. */
  #go(index: number): void {
    this.pause();
    this.#move(index);
  }

  #move(index: number): void {
    const frame = this.#frames[Math.min(Math.max(index, 0), this.#frames.length - 1)];
    if (!frame) return;
    cursor.set(frame.epoch);
    writeParameters({ epoch: String(frame.epoch) });
  }

  #click(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { action } = event.target.closest('button')?.dataset ?? {};
    const link = event.target.closest('a[data-epoch]');
    if (action === 'play') this.#toggle();
    else if (action === 'back') this.#go(this.#index - 1);
    else if (action === 'forward') this.#go(this.#index + 1);
    else if (link) {
      event.preventDefault();
      this.#go(this.#frames.findIndex((frame) => frame.link === link));
    } else if (event.target.closest('.stage')) this.#slider.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const onSlider = event.target === this.#slider;
    if (!onSlider && !(event.target === document.body && this.#inView)) return;
    if (event.key === ' ') this.#toggle();
    // The slider moves by itself and says so with an input event.
    else if (onSlider) return;
    else if (event.key === 'ArrowLeft') this.#go(this.#index - 1);
    else if (event.key === 'ArrowRight') this.#go(this.#index + 1);
    else if (event.key === 'Home') this.#go(0);
    else if (event.key === 'End') this.#go(this.#frames.length - 1);
    else return;
    event.preventDefault();
  }

  #show(epoch: number): void {
    const index = this.#frames.findIndex((frame) => frame.epoch === epoch);
    const frame = this.#frames[index];
    if (!frame) return;
    this.#slider.value = String(index);
    this.#slider.setAttribute('aria-valuetext', `epoch ${epoch}`);
    query(this, '[data-caption]', HTMLElement).textContent = `Epoch ${epoch}`;
    for (const { link } of this.#frames) link.removeAttribute('aria-current');
    frame.link.setAttribute('aria-current', 'true');
    void this.#paint(frame);
    for (const { url } of this.#frames.slice(Math.max(0, index - reach), index + reach + 1))
      void loadPicture(url);
  }

  async #paint(frame: Frame): Promise<void> {
    await loadPicture(frame.url);
    if (cursor.value !== frame.epoch) return;
    const screen = query(this, '.screen img', HTMLImageElement);
    screen.src = frame.url;
    screen.alt = frame.words;
  }

  #renderPlaying(playing: boolean): void {
    this.toggleAttribute('data-playing', playing);
    query(this, '[data-label]', HTMLElement).textContent = playing ? 'Pause' : 'Play';
  }
}

/** The epoch that the address asks for; a bad one is taken out of it. */
function epochFromAddress(published: readonly number[]): number {
  const wanted = readParameter('epoch');
  const epoch = parseEpoch(wanted, published);
  if (wanted !== null && wanted !== String(epoch)) writeParameters({ epoch: undefined });
  return epoch;
}

customElements.define('epoch-player', EpochPlayer);
