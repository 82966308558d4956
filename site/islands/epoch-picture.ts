import { cursor } from './cursor.ts';
import { paint, readFrames } from './frames.ts';
import { query } from './query.ts';

/** A grid that follows the cursor, with the epoch's name beside it. */
class EpochPicture extends HTMLElement {
  #unfollow: (() => void) | undefined;

  connectedCallback(): void {
    this.#unfollow = cursor.follow((epoch) => void this.#show(epoch));
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
  }

  async #show(epoch: number): Promise<void> {
    query(this, '[data-caption]', HTMLElement).textContent = `Epoch ${epoch}`;
    const frame = readFrames().find((candidate) => candidate.epoch === epoch);
    const image = query(this, 'img', HTMLImageElement);
    if (!frame || !(await paint(image, frame))) return;
    // A picture without words repeats another one, and stays so.
    if (image.alt !== '') image.alt = frame.words;
  }
}

customElements.define('epoch-picture', EpochPicture);
