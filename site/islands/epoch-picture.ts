import { type Frame, followFrame, paint } from './frames.ts';
import { query } from './query.ts';

/** A grid that follows the cursor, with the epoch's name beside it. */
class EpochPicture extends HTMLElement {
  #unfollow: (() => void) | undefined;

  connectedCallback(): void {
    this.#unfollow = followFrame((frame) => void this.#show(frame));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
  }

  async #show(frame: Frame): Promise<void> {
    query(this, '[data-caption]', HTMLElement).textContent = `Epoch ${frame.epoch}`;
    const image = query(this, 'img', HTMLImageElement);
    if (!(await paint(image, frame))) return;
    // A picture without words repeats another one, and stays so.
    if (image.alt !== '') image.alt = frame.words;
  }
}

customElements.define('epoch-picture', EpochPicture);
