import { query } from '../../island.ts';
import { loadPicture } from '../ink/load-picture.ts';
import { createPlayer } from '../player/player.ts';

/** A grid with a slider of its own: an article's figures show different runs, so they share no cursor. */
class GridSlider extends HTMLElement {
  connectedCallback(): void {
    const slider = query(this, 'input', HTMLInputElement);
    const links = [...this.querySelectorAll<HTMLAnchorElement>('a[data-epoch]')];
    const places = links.map(({ href, dataset }) => ({
      words: `epoch ${dataset.epoch}`,
      load: () => loadPicture(href),
    }));
    let at = slider.valueAsNumber;
    const player = createPlayer(this, slider, {
      places: () => places,
      at: () => at,
      go: (index) => {
        at = index;
        query(this, '.shown', HTMLElement).textContent = links[at]?.dataset.epoch ?? '';
        void player.show().then(() => {
          if (at === index) this.#paint(links[index]);
        });
      },
    });
    // The pictures are small, but an article has many: they are fetched when somebody means to use the slider.
    const fetchAll = () => places.forEach((place) => void place.load());
    for (const intent of ['pointerenter', 'focusin'])
      slider.addEventListener(intent, fetchAll, { once: true });
  }

  #paint(link: HTMLAnchorElement | undefined): void {
    if (!link) return;
    const picture = query(this, 'img', HTMLImageElement);
    picture.src = link.href;
    picture.alt = link.dataset.words ?? '';
  }
}

customElements.define('grid-slider', GridSlider);
