import { createPlayback, showPlaying } from '../features/player/player.ts';
import { query } from '../island.ts';

/** How long an epoch stays, and how long one takes to become the next, in milliseconds. */
const beat = 900;
const fade = 350;

/**
 * Plays one line of digits through its epochs and rests on the last. It begins when it is first seen and stands
 * still while it is not; for visitors who want no motion the page hides it, so that it is never seen.
 */
class LearningLine extends HTMLElement {
  #pictures: Promise<HTMLImageElement | undefined>[] = [];
  #index = -1;
  #shown: HTMLImageElement | undefined;
  #next: HTMLImageElement | undefined;
  /** Whether it goes on when it comes into view: until the end, or until the visitor pauses it. */
  #goesOn = true;
  #isSeen = false;
  #watcher = new IntersectionObserver((entries) => this.#seen(entries.at(-1)?.isIntersecting ?? false));
  #playback = createPlayback({
    beat: () => beat,
    prepare: async () => {
      this.#next = await this.#load(this.#index + 1);
    },
    step: () => this.#step(),
    onChange: (playing) => showPlaying(this, playing),
  });

  connectedCallback(): void {
    const button = query(this, 'button', HTMLButtonElement);
    button.addEventListener('click', () => this.#toggle());
    this.#watcher.observe(this);
  }

  get #epochs(): HTMLLIElement[] {
    return [...this.querySelectorAll<HTMLLIElement>('li[data-grid]')];
  }

  #seen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    if (!isSeen) this.#playback.pause();
    else if (this.#goesOn) void this.#begin();
  }

  async #begin(): Promise<void> {
    if (this.#index < 0) {
      this.#next = await this.#load(0);
      if (this.#index < 0) this.#step();
    }
    // It may have left the screen, or been stopped, while its picture loaded.
    if (this.#isSeen && this.#goesOn) this.#playback.play();
  }

  #toggle(): void {
    this.#goesOn = !this.#playback.playing;
    if (this.#goesOn) {
      if (this.#index === this.#epochs.length - 1) this.#index = -1;
      void this.#begin();
    } else this.#playback.pause();
  }

  /** One epoch on; the picture for it is loaded. */
  #step(): boolean {
    const epochs = this.#epochs;
    this.#index++;
    const item = epochs[this.#index];
    query(this, '[data-caption]', HTMLElement).textContent = `Epoch ${item?.textContent.trim()}`;
    for (const other of epochs) other.toggleAttribute('data-current', other === item);
    this.#fadeTo(this.#next);
    void this.#load(this.#index + 1);
    const goesOn = this.#index < epochs.length - 1;
    if (!goesOn) this.#goesOn = false;
    return goesOn;
  }

  #fadeTo(next: HTMLImageElement | undefined): void {
    const previous = this.#shown;
    if (!next) return;
    this.#shown = next;
    const start = performance.now();
    const draw = (now: number) => {
      if (this.#shown !== next) return;
      const share = previous ? Math.min(Math.max((now - start) / fade, 0), 1) : 1;
      this.#draw(previous, 1);
      this.#draw(next, share);
      if (share < 1) requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  }

  /** Digit r of the line is the first of row r of the grid. */
  #draw(picture: HTMLImageElement | undefined, opacity: number): void {
    if (!picture) return;
    for (const [row, canvas] of [...this.querySelectorAll('canvas')].entries()) {
      const { width, height } = canvas;
      const context = canvas.getContext('2d');
      if (!context) return;
      context.globalAlpha = opacity;
      context.drawImage(picture, 0, row * height, width, height, 0, 0, width, height);
    }
  }

  /** The decoded picture of an epoch, or undefined when there is none: its digits then stay as they were. */
  #load(index: number): Promise<HTMLImageElement | undefined> {
    const known = this.#pictures[index];
    if (known !== undefined) return known;
    const { grid } = this.#epochs[index]?.dataset ?? {};
    if (grid === undefined) return Promise.resolve(undefined);
    const picture = new Image();
    picture.src = grid;
    const loading = picture.decode().then(
      () => picture,
      () => undefined,
    );
    this.#pictures[index] = loading;
    return loading;
  }
}

customElements.define('learning-line', LearningLine);
