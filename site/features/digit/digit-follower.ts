import { query } from '../../island.ts';
import { cursor } from '../cursor/cursor.ts';
import { type Frame, followFrame, paint, readFrames, weights } from '../cursor/frames.ts';
import { parseDigit, selectDigit, selectedDigit, selectFromAddress } from './digit.ts';

/** One digit of the grid: enlarged at the cursor's epoch, and small at all of them. */
class DigitFollower extends HTMLElement {
  connectedCallback(): void {
    this.#input.addEventListener('input', () => this.#choose());
    this.#input.addEventListener('change', () => this.#showDigit(selectedDigit.value ?? 0));
    this.addEventListener('click', (event) => this.#click(event));
    selectFromAddress(this.#count);
    selectedDigit.follow((digit) => this.#showDigit(digit));
    followFrame((frame) => this.#showFrame(frame));
    weights.follow(() => this.#showFilmstrip());
  }

  get #input(): HTMLInputElement {
    return query(this, 'input[type=number]', HTMLInputElement);
  }

  get #count(): number {
    return Number(this.#input.max) + 1;
  }

  #choose(): void {
    const digit = parseDigit(this.#input.value, this.#count);
    if (digit !== undefined) selectDigit(digit);
  }

  #click({ target }: MouseEvent): void {
    const button = target instanceof Element ? target.closest<HTMLElement>('button[data-step]') : null;
    if (!button) return;
    const digit = (selectedDigit.value ?? 0) + Number(button.dataset.step);
    selectDigit((digit + this.#count) % this.#count);
  }

  #showDigit(digit: number): void {
    const columns = Number(this.dataset.columns);
    this.style.setProperty('--row', String(Math.floor(digit / columns)));
    this.style.setProperty('--column', String(digit % columns));
    if (this.#input.value !== String(digit)) this.#input.value = String(digit);
    query(this, '.filmstrip', HTMLElement).ariaLabel = `Digit ${digit}, epoch by epoch`;
    this.#name();
  }

  #showFrame(frame: Frame): void {
    void paint(query(this, '.digit-large img', HTMLImageElement), frame);
    this.#keepInView(frame.epoch);
    this.#name();
  }

  #showFilmstrip(): void {
    for (const { epoch, url } of readFrames()) {
      const image = this.querySelector<HTMLImageElement>(`a[data-go-to="${epoch}"] img`);
      if (image && image.src !== url) image.src = url;
    }
  }

  /** Scrolls a long filmstrip, and never the page. */
  #keepInView(epoch: number): void {
    const strip = this.querySelector('.scroll');
    const frame = this.querySelector<HTMLElement>(`a[data-go-to="${epoch}"]`);
    if (strip && frame) strip.scrollLeft = frame.offsetLeft - (strip.clientWidth - frame.offsetWidth) / 2;
  }

  /** The digit's address, in words and as a link. */
  #name(): void {
    const epoch = cursor.value;
    const digit = selectedDigit.value;
    if (epoch === undefined || digit === undefined) return;
    const { run, seed } = this.dataset;
    query(this, '.digit-large img', HTMLImageElement).alt = `Digit ${digit} at epoch ${epoch}, enlarged.`;
    const link = query(this, '.permalink', HTMLAnchorElement);
    link.textContent = `run ${run}, epoch ${epoch}, seed ${seed}, digit ${digit}`;
    const parameters = new URLSearchParams({ epoch: String(epoch), digit: String(digit) });
    link.href = `?${parameters}#digit`;
  }
}

/** Lies around the large grid: a click chooses the digit under it, and the chosen one is marked. */
class DigitPicker extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('click', (event) => this.#pick(event));
    selectedDigit.follow((digit) => this.#show(digit));
  }

  get #shape(): { rows: number; columns: number } {
    const { rows, columns } = this.dataset;
    return { rows: Number(rows), columns: Number(columns) };
  }

  #pick({ clientX, clientY }: MouseEvent): void {
    const { rows, columns } = this.#shape;
    const box = this.getBoundingClientRect();
    const row = Math.floor(((clientY - box.top) / box.height) * rows);
    const column = Math.floor(((clientX - box.left) / box.width) * columns);
    // The row labels lie beside the grid.
    if (row < 0 || row >= rows || column < 0 || column >= columns) return;
    selectDigit(row * columns + column);
  }

  #show(digit: number): void {
    const { rows, columns } = this.#shape;
    const { style } = query(this, '.digit-mark', HTMLElement);
    style.width = `${100 / columns}%`;
    style.height = `${100 / rows}%`;
    style.left = `${((digit % columns) * 100) / columns}%`;
    style.top = `${(Math.floor(digit / columns) * 100) / rows}%`;
  }
}

customElements.define('digit-follower', DigitFollower);
customElements.define('digit-picker', DigitPicker);
