import { paintDigits } from './paint.ts';
import type { Picture, Studio } from './studio.ts';

export interface Film {
  /**
   * Draws the digit that a picture's walk has got to at every epoch whose generator is kept.
   *
   * @throws Error with a sentence for the visitor
   */
  show(picture: Picture, step: number): Promise<void>;
  /** Ends a film that is being drawn, and takes it off the page. */
  clear(): void;
}

function frame(epoch: number, pixels: Uint8Array): HTMLElement {
  const item = document.createElement('li');
  const ink = document.createElement('span');
  const canvas = document.createElement('canvas');
  ink.className = 'ink';
  canvas.role = 'img';
  canvas.ariaLabel = `The digit at epoch ${epoch}`;
  paintDigits(canvas, pixels, { rows: 1, columns: 1 });
  ink.append(canvas);
  item.append(ink, String(epoch));
  return item;
}

/** One digit through the epochs, drawn into `list` as the generators arrive. */
export function openFilm(list: HTMLElement, studio: Pick<Studio, 'film'>): Film {
  let shown = 0;
  const clear = () => {
    shown++;
    list.replaceChildren();
  };
  return {
    clear,
    async show(picture, step) {
      clear();
      const own = shown;
      for await (const { epoch, pixels } of studio.film(picture, step)) {
        if (own !== shown) return;
        list.append(frame(epoch, pixels));
      }
    },
  };
}
