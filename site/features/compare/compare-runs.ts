import { createStore, query } from '../../island.ts';
import { loadPicture } from '../ink/load-picture.ts';
import { createPlayer, isOnScreen } from '../player/player.ts';
import {
  readComparison,
  readOwnEpochs,
  readRuns,
  writeEpochs,
  writeRuns,
  writeView,
} from './address-state.ts';
import { type Comparison, frameAt, type Side, timeline } from './comparison.ts';
import { sideLetters } from './letters.ts';
import { loadRun } from './record.ts';
import { drawCharts, showControls, showSides, showTables } from './show.ts';

/** Sets runs beside one another: pickers, sliders, buttons, keys and address change one comparison. */
class CompareRuns extends HTMLElement {
  #comparison = createStore<Comparison>();
  #moveCharts: (comparison: Comparison) => void = () => {};
  #opened = 0;
  #player = createPlayer(this, query(this, '.linked input', HTMLInputElement), {
    places: () =>
      this.#stops.map((epoch) => ({ words: `epoch ${epoch}`, load: () => this.#loadStop(epoch) })),
    at: () => this.#stops.indexOf(this.#sides[0]?.epoch ?? -1),
    go: (index) => this.#move(index),
    hears: () => this.#comparison.value?.linked === true && isOnScreen(query(this, '.pictures', HTMLElement)),
  });

  constructor() {
    super();
    this.#comparison.follow((comparison) => {
      showSides(this, comparison);
      showControls(this, comparison);
      this.#moveCharts(comparison);
      void this.#player.show();
    });
  }

  connectedCallback(): void {
    this.addEventListener('change', (event) => this.#change(event));
    this.addEventListener('input', (event) => this.#input(event));
    void this.#open();
  }

  get #pickers(): HTMLSelectElement[] {
    return [...this.querySelectorAll<HTMLSelectElement>('select[data-picker]')];
  }

  get #sides(): readonly Side[] {
    return this.#comparison.value?.sides ?? [];
  }

  get #stops(): number[] {
    return timeline(this.#sides.map(({ run }) => run));
  }

  /** Shows what the address asks for. A run that cannot be fetched is named, and the others are shown. */
  async #open(): Promise<void> {
    this.#player.pause();
    const names = readRuns([...(this.#pickers[0]?.options ?? [])].map(({ value }) => value));
    for (const [i, picker] of this.#pickers.entries()) {
      picker.value = names[i] ?? '';
      // A further side is offered once those before it are taken.
      const label = picker.closest('label');
      if (label) label.hidden = i > names.length;
    }
    const opened = ++this.#opened;
    const results = await Promise.allSettled(names.map(loadRun));
    if (opened !== this.#opened) return;
    const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    const note = query(this, '[data-faults]', HTMLElement);
    note.hidden = faults.length === 0;
    note.textContent = faults
      .map((fault) => (fault instanceof Error ? fault.message : String(fault)))
      .join(' ');
    const sides = sideLetters.flatMap((letter, i) => {
      const result = results[i];
      return result?.status === 'fulfilled' ? [{ letter, run: result.value }] : [];
    });
    query(this, '.comparison', HTMLElement).hidden = sides.length === 0;
    if (sides.length === 0) return;
    const comparison = readComparison(sides);
    this.#moveCharts = drawCharts(query(this, '.charts', HTMLElement), comparison.sides);
    showTables(query(this, '.tables', HTMLElement), comparison.sides);
    this.#comparison.set(comparison);
  }

  #set(changes: Partial<Comparison>): void {
    const { value } = this.#comparison;
    if (value) this.#comparison.set({ ...value, ...changes });
  }

  /** The one cursor to stop number `index`. */
  #move(index: number): void {
    const epoch = this.#stops[index];
    if (epoch === undefined) return;
    this.#setEpochs(this.#sides.map((side) => ({ ...side, epoch })));
  }

  #setEpochs(sides: readonly Side[], linked = this.#comparison.value?.linked ?? true): void {
    this.#set({ sides, linked });
    if (this.#comparison.value) writeEpochs(this.#comparison.value);
  }

  async #loadStop(epoch: number): Promise<void> {
    await Promise.all(this.#sides.map(({ run }) => loadPicture(frameAt(run, epoch).url)));
  }

  #change({ target }: Event): void {
    if (target instanceof HTMLSelectElement) {
      const epochs = readOwnEpochs();
      const kept = this.#pickers
        .map(({ value }, i) => ({ name: value, epoch: epochs[i] }))
        .filter(({ name }) => name !== '');
      writeRuns(
        kept.map(({ name }) => name),
        kept.map(({ epoch }) => epoch),
      );
      void this.#open();
    } else if (target instanceof HTMLInputElement && target.name === 'view') {
      const view = target.value === 'wipe' ? 'wipe' : 'sides';
      writeView(view);
      this.#set({ view });
    } else if (target instanceof HTMLInputElement && target.name === 'link') this.#link(target.checked);
  }

  /** Linked, all go to the first side's epoch; unlinked, each stays where it is. */
  #link(linked: boolean): void {
    this.#player.pause();
    const [first] = this.#sides;
    if (!first) return;
    const epoch = frameAt(first.run, first.epoch).epoch;
    const apart = this.#sides.map((side) => ({ ...side, epoch: frameAt(side.run, side.epoch).epoch }));
    this.#setEpochs(linked ? this.#sides.map((side) => ({ ...side, epoch })) : apart, linked);
  }

  #input({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    const { slider: letter } = target.closest('label')?.dataset ?? {};
    if (letter === undefined) return;
    this.#setEpochs(
      this.#sides.map((side) => {
        const frame = side.letter === letter ? side.run.frames[target.valueAsNumber] : undefined;
        return frame ? { ...side, epoch: frame.epoch } : side;
      }),
    );
  }
}

/** Moves the border between two pictures that lie over one another: with its slider, or on the picture itself. */
class WipeView extends HTMLElement {
  connectedCallback(): void {
    const surface = query(this, '.wipe-surface', HTMLElement);
    this.#slider.addEventListener('input', () => this.#show());
    surface.addEventListener('pointerdown', (event) => this.#grab(event));
    surface.addEventListener('pointermove', (event) => this.#drag(event));
    this.#show();
  }

  get #slider(): HTMLInputElement {
    return query(this, '[name=wipe]', HTMLInputElement);
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#slider.focus({ preventScroll: true });
    this.#drag(event);
  }

  #drag({ currentTarget, pointerId, clientX }: PointerEvent): void {
    if (!(currentTarget instanceof Element) || !currentTarget.hasPointerCapture(pointerId)) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    this.#slider.valueAsNumber = ((clientX - left) / width) * 100;
    this.#show();
  }

  #show(): void {
    const share = this.#slider.valueAsNumber;
    this.style.setProperty('--wipe', `${share}%`);
    this.#slider.setAttribute('aria-valuetext', `A on the left ${share} %, B on the right ${100 - share} %`);
  }
}

customElements.define('compare-runs', CompareRuns);
customElements.define('wipe-view', WipeView);
