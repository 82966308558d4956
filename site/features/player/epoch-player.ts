import { query } from '../../island.ts';
import { cursor, cursorFromAddress, moveCursor } from '../cursor/cursor.ts';
import { type Frame, followFrame, paint, readFrames, showValues } from '../cursor/frames.ts';
import { loadPicture } from '../ink/load-picture.ts';
import { createPlayer, isOnScreen } from './player.ts';

/** Moves the cursor through the epochs: slider, buttons, speed and keys. */
class EpochPlayer extends HTMLElement {
  connectedCallback(): void {
    const frames = readFrames();
    const stage = query(this, '.stage', HTMLElement);
    const slider = query(this, 'input[type=range]', HTMLInputElement);
    const places = frames.map((frame) => ({
      words: `epoch ${frame.epoch}`,
      load: () => loadPicture(frame.url),
    }));
    const player = createPlayer(this, slider, {
      places: () => places,
      at: () => frames.findIndex(({ epoch }) => epoch === cursor.value),
      go: (index) => {
        const frame = frames[index];
        if (frame) moveCursor(frame.epoch);
      },
      // Everything on the page follows the epoch, wherever it is scrolled to.
      hears: (key) => key.startsWith('Arrow') || isOnScreen(stage),
    });
    stage.addEventListener('click', ({ target }) => {
      if (target instanceof Element && !target.closest('a')) slider.focus({ preventScroll: true });
    });
    cursorFromAddress(frames.map(({ epoch }) => epoch));
    cursor.follow(() => void player.show());
  }
}

/** A grid that follows the cursor, with the epoch's name beside it. */
class EpochPicture extends HTMLElement {
  connectedCallback(): void {
    followFrame((frame) => void this.#show(frame));
  }

  async #show(frame: Frame): Promise<void> {
    query(this, '[data-caption]', HTMLElement).textContent = `Epoch ${frame.epoch}`;
    const image = query(this, 'img', HTMLImageElement);
    if (!(await paint(image, frame))) return;
    // A picture without words repeats another one, and stays so.
    if (image.alt !== '') image.alt = frame.words;
  }
}

/** A line of numbers that follows the cursor. */
class CursorValues extends HTMLElement {
  connectedCallback(): void {
    cursor.follow((epoch) => showValues(this, epoch));
  }
}

customElements.define('epoch-player', EpochPlayer);
customElements.define('epoch-picture', EpochPicture);
customElements.define('cursor-values', CursorValues);
