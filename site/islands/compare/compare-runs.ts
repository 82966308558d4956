import { sideLetters } from '../../runs/side-letters.ts';
import { loadPicture } from '../frames.ts';
import { createPlayback, showPlaying } from '../playback.ts';
import { query } from '../query.ts';
import { createStore } from '../store.ts';
import {
  readComparison,
  readOwnEpochs,
  readRuns,
  writeEpochs,
  writeRuns,
  writeView,
} from './address-state.ts';
import { type Comparison, frameAt, type Side, timeline } from './comparison.ts';
import { loadRun } from './load-run.ts';
import { drawCharts } from './show-charts.ts';
import { showControls } from './show-controls.ts';
import { showSides } from './show-sides.ts';
import { showTables } from './show-tables.ts';

/** How long an epoch stays on the screen, in milliseconds. */
const beat = 450;

/** Sets runs beside one another: pickers, sliders, buttons, keys and address change one comparison. */
class CompareRuns extends HTMLElement {
  #comparison = createStore<Comparison>();
  #moveCharts: (comparison: Comparison) => void = () => {};
  #opened = 0;
  #leaving = new AbortController();
  #playback = createPlayback({
    beat: () => beat,
    prepare: () => this.#loadStop(this.#stop + 1),
    step: () => {
      this.#move(this.#stop + 1);
      return this.#stop < this.#lastStop;
    },
    rewind: () => {
      if (this.#stop === this.#lastStop) this.#move(0);
    },
    onChange: (playing) => showPlaying(this, playing),
  });

  constructor() {
    super();
    this.#comparison.follow((comparison) => {
      showSides(this, comparison);
      showControls(this, comparison);
      this.#moveCharts(comparison);
      for (const stop of [this.#stop - 1, this.#stop + 1, this.#stop + 2]) void this.#loadStop(stop);
    });
  }

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.addEventListener('change', (event) => this.#change(event), { signal });
    this.addEventListener('input', (event) => this.#input(event), { signal });
    this.addEventListener('click', (event) => this.#click(event), { signal });
    document.addEventListener('keydown', (event) => this.#key(event), { signal });
    void this.#open();
  }

  disconnectedCallback(): void {
    this.#playback.pause();
    this.#leaving.abort();
    this.#leaving = new AbortController();
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

  /** Where the one cursor is among the stops. */
  get #stop(): number {
    return this.#stops.indexOf(this.#sides[0]?.epoch ?? -1);
  }

  get #lastStop(): number {
    return this.#stops.length - 1;
  }

  /** Shows what the address asks for. A run that cannot be fetched is named, and the others are shown. */
  async #open(): Promise<void> {
    this.#playback.pause();
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
    const epoch = this.#stops[Math.min(Math.max(index, 0), this.#lastStop)];
    if (epoch === undefined) return;
    this.#setEpochs(this.#sides.map((side) => ({ ...side, epoch })));
  }

  #setEpochs(sides: readonly Side[], linked = this.#comparison.value?.linked ?? true): void {
    this.#set({ sides, linked });
    if (this.#comparison.value) writeEpochs(this.#comparison.value);
  }

  #go(index: number): void {
    this.#playback.pause();
    this.#move(index);
  }

  async #loadStop(index: number): Promise<void> {
    const epoch = this.#stops[index];
    if (epoch === undefined) return;
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
    this.#playback.pause();
    const [first] = this.#sides;
    if (!first) return;
    const epoch = frameAt(first.run, first.epoch).epoch;
    const apart = this.#sides.map((side) => ({ ...side, epoch: frameAt(side.run, side.epoch).epoch }));
    this.#setEpochs(linked ? this.#sides.map((side) => ({ ...side, epoch })) : apart, linked);
  }

  #input({ target }: Event): void {
    if (!(target instanceof HTMLInputElement) || target.type !== 'range') return;
    const { slider: letter } = target.closest('label')?.dataset ?? {};
    if (target.name === 'epoch') this.#go(target.valueAsNumber);
    else if (letter)
      this.#setEpochs(
        this.#sides.map((side) => {
          const frame = side.letter === letter ? side.run.frames[target.valueAsNumber] : undefined;
          return frame ? { ...side, epoch: frame.epoch } : side;
        }),
      );
  }

  #click({ target }: Event): void {
    if (!(target instanceof Element)) return;
    const { action } = target.closest('button')?.dataset ?? {};
    if (action === 'play') this.#playback.toggle();
    else if (action === 'back') this.#go(this.#stop - 1);
    else if (action === 'forward') this.#go(this.#stop + 1);
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const onSlider = event.target === query(this, '[name=epoch]', HTMLInputElement);
    if (!this.#comparison.value?.linked || !(onSlider || (event.target === document.body && this.#inView)))
      return;
    if (event.key === ' ') this.#playback.toggle();
    // The slider moves by itself and says so with an input event.
    else if (onSlider) return;
    else if (event.key === 'ArrowLeft') this.#go(this.#stop - 1);
    else if (event.key === 'ArrowRight') this.#go(this.#stop + 1);
    else if (event.key === 'Home') this.#go(0);
    else if (event.key === 'End') this.#go(this.#lastStop);
    else return;
    event.preventDefault();
  }

  /** Further down, the page keeps its own keys. */
  get #inView(): boolean {
    const { top, bottom } = query(this, '.pictures', HTMLElement).getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }
}

customElements.define('compare-runs', CompareRuns);
