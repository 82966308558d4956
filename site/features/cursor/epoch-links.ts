import { cursor, moveCursor } from './cursor.ts';

/** Links inside move the cursor to their epoch; those to the epoch that it stands at are marked. */
class EpochLinks extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('click', follow);
    cursor.follow((epoch) => {
      for (const link of this.querySelectorAll<HTMLElement>(epochLink)) {
        if (epochOf(link) === epoch) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    });
  }
}

/** A frame of the contact sheet carries its epoch as `data-epoch`, every other link to it as `data-go-to`. */
const epochLink = 'a[data-epoch], a[data-go-to]';

function epochOf({ dataset }: HTMLElement): number {
  return Number(dataset.epoch ?? dataset.goTo);
}

function follow(event: MouseEvent): void {
  if (!(event.target instanceof Element) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  const link = event.target.closest<HTMLElement>(epochLink);
  if (!link) return;
  event.preventDefault();
  moveCursor(epochOf(link));
}

customElements.define('epoch-links', EpochLinks);
