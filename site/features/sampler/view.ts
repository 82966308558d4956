import { digitPixels, digitSide } from '../../../trainer/data/idx-format.ts';
import { type GridShape, tileDigits } from '../../../trainer/export/pixels.ts';
import { query } from '../../island.ts';
import { createPlayback, type Playback } from '../player/player.ts';
import { noticeWords, pictureName, type SamplerFacts, type SamplerState, speedWords } from './state.ts';
import { type Picture, type Studio, walkSteps } from './studio.ts';

/** Of the walk's digits, every how many one is in its strip. */
const stripEvery = 4;
/** How long a drawing may take before the page says that it is being made, in milliseconds. */
const patience = 200;

export interface View {
  showBusy(): void;
  /** @param epoch the one asked for */
  show(picture: Picture, epoch: number): void;
  /** Marks the two ends of the walk in the grid, and shows the digit that it has got to. */
  showWalk(state: SamplerState): void;
  /** The picture that is shown, and the step that its walk has got to. */
  walked(state: SamplerState): { picture: Picture; step: number } | undefined;
  showFault(sentence: string): void;
  say(sentence: string): void;
  /** Gives the visitor the grid as a picture, white on black as in MNIST. */
  save(): void;
  /** Index of the digit under a pointer. */
  indexAt(event: MouseEvent): number | undefined;
}

/** The step of the walk at so many hundredths of its way. */
const stepAt = (at: number) => Math.round((at / 100) * (walkSteps - 1));

/** The sampler's side of the page. */
export function createView(root: HTMLElement, facts: SamplerFacts): View {
  const { rows, columns } = facts.grid;
  const frame = query(root, '.sampled .ink', HTMLElement);
  const canvas = query(frame, 'canvas', HTMLCanvasElement);
  frame.style.setProperty('--rows', String(rows));
  frame.style.setProperty('--columns', String(columns));
  const caption = query(root, '[data-caption]', HTMLElement);
  const speed = query(root, '[data-speed]', HTMLElement);
  const status = query(root, '[role=status]', HTMLElement);
  const walk = query(root, '[data-walk]', HTMLCanvasElement);
  const strip = query(root, '[data-strip]', HTMLCanvasElement);
  let shown: Picture | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const say = (sentence: string) => {
    clearTimeout(timer);
    status.textContent = sentence;
  };

  const showWalk = ({ from, to, at }: SamplerState) => {
    for (const [name, index] of Object.entries({ from, to })) {
      const { style } = query(frame, `[data-end=${name}]`, HTMLElement);
      style.setProperty('--row', String(Math.floor(index / columns)));
      style.setProperty('--column', String(index % columns));
    }
    if (shown) paintDigits(walk, digitAt(shown.walk.pixels, stepAt(at)), { rows: 1, columns: 1 });
  };

  const paintStrip = (pixels: Uint8Array) => {
    const steps = Array.from({ length: (walkSteps - 1) / stripEvery + 1 }, (_, i) => i * stripEvery);
    const digits = new Uint8Array(steps.length * digitPixels);
    for (const [i, step] of steps.entries()) digits.set(digitAt(pixels, step), i * digitPixels);
    paintDigits(strip, digits, { rows: 1, columns: steps.length });
  };

  return {
    say,
    showWalk,
    walked: ({ at }) => shown && { picture: shown, step: stepAt(at) },

    showBusy() {
      root.toggleAttribute('data-busy', true);
      clearTimeout(timer);
      timer = setTimeout(say, patience, shown ? 'Drawing…' : 'Loading the generator…');
    },

    show(picture, epoch) {
      const { state, model, grid } = picture;
      shown = picture;
      paintDigits(canvas, grid.pixels, { rows, columns });
      paintStrip(picture.walk.pixels);
      showWalk(state);
      caption.textContent = `Epoch ${model.epoch}, seed ${state.seed}`;
      canvas.setAttribute(
        'aria-label',
        `${rows * columns} digits drawn by the generator of epoch ${model.epoch}.`,
      );
      root.toggleAttribute('data-busy', false);
      root.toggleAttribute('data-drawn', true);
      root.dataset.epoch = String(epoch);
      root.dataset.tensors = String(grid.tensors);
      speed.textContent = speedWords(grid, rows * columns);
      say(noticeWords({ backend: grid.backend, epoch, drawnBy: model.epoch }));
    },

    showFault(sentence) {
      root.toggleAttribute('data-busy', false);
      say(sentence);
    },

    save() {
      if (!shown) return say('There is nothing to save yet.');
      const link = document.createElement('a');
      link.download = pictureName(facts, shown.model.epoch, shown.state);
      link.href = canvas.toDataURL('image/png');
      link.click();
    },

    indexAt({ target, clientX, clientY }) {
      if (target !== canvas) return undefined;
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const place = (offset: number, size: number, cells: number) =>
        Math.min(cells - 1, Math.max(0, Math.floor((offset / size) * cells)));
      return place(clientY - top, height, rows) * columns + place(clientX - left, width, columns);
    },
  };
}

/** Paints digits, [n, 28, 28] with ink 255, as the trainer lays out its grids; the canvas takes their size. */
function paintDigits(canvas: HTMLCanvasElement, pixels: Uint8Array, shape: GridShape): void {
  const grey = tileDigits(pixels, shape);
  const image = new ImageData(shape.columns * digitSide, shape.rows * digitSide);
  // A pixel at a time, in the byte order of every machine that runs a browser: alpha is the highest.
  const colours = new Uint32Array(image.data.buffer);
  for (let i = 0; i < grey.length; i++) colours[i] = 0xff000000 | ((grey[i] as number) * 0x010101);
  canvas.width = image.width;
  canvas.height = image.height;
  // In memory, not on the GPU: there WebKit gives a canvas of 256 × 256 pixels and more a layer of its own, with which
  // nothing over it blends, so that the veil of ink (styles/ink.css) would cover it.
  canvas.getContext('2d', { willReadFrequently: true })?.putImageData(image, 0, 0);
}

/** One digit of [n, 28, 28]. */
function digitAt(pixels: Uint8Array, index: number): Uint8Array {
  return pixels.subarray(index * digitPixels, (index + 1) * digitPixels);
}

/** How long one step of the walk stays, in milliseconds. */
const beat = 60;
/** In hundredths of the way. */
const stride = 2;

/** Walks from where the walk stands to its end, or from its beginning when it is there already. */
export function createWalk(
  button: HTMLButtonElement,
  walk: { /** 0 … 100 */ at(): number; go(at: number): void },
): Playback {
  return createPlayback({
    beat: () => beat,
    step: () => {
      walk.go(Math.min(100, walk.at() + stride));
      return walk.at() < 100;
    },
    rewind: () => {
      if (walk.at() === 100) walk.go(0);
    },
    onChange: (playing) => {
      button.textContent = playing ? 'Stop' : 'Walk';
    },
  });
}

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

function filmFrame(epoch: number, pixels: Uint8Array): HTMLElement {
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
export function openFilm(list: HTMLElement, studio: Studio): Film {
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
        list.append(filmFrame(epoch, pixels));
      }
    },
  };
}
