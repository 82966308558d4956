import { query } from '../../island.ts';

/** One of the places that a player walks over, such as an epoch of a run. */
export interface Place {
  /** What the slider says of it. */
  readonly words: string;
  /** Settles when it can be shown without a flicker. */
  load(): Promise<unknown>;
}

interface Walk {
  /** In order; asked anew at every move, because a run that goes on gains some. */
  readonly places: () => readonly Place[];
  /** The index of the place that is shown. */
  readonly at: () => number;
  /** Shows another place; whatever shows one, `show` of the player is called behind it. */
  readonly go: (index: number) => void;
  /** Whether a key is the player's when nothing has the focus; none is where this is left out. */
  readonly hears?: (key: string) => boolean;
}

export interface Player {
  /** Puts the slider where the walk is, and ends playing where it was not playing that moved it. */
  show(): Promise<void>;
  pause(): void;
}

/** How long a place stays on the screen at speed 1, in milliseconds. */
const beat = 450;
/** Neighbours that are loaded ahead on either side. */
const reach = 3;

/** Walks over places with a slider and, where `root` has them, with its buttons, its choice of speed, and keys. */
export function createPlayer(
  root: HTMLElement,
  slider: HTMLInputElement,
  { places, at, go, hears }: Walk,
): Player {
  const last = () => places().length - 1;
  let shown = -1;
  /** Whether playing makes the move; any other was the visitor's choice, and ends it. */
  let isStepping = false;
  const playback = createPlayback({
    beat: () => beat / Number(root.querySelector<HTMLSelectElement>('[data-speed]')?.value ?? 1),
    prepare: async () => {
      await places()[at() + 1]?.load();
    },
    step: () => {
      isStepping = true;
      go(at() + 1);
      isStepping = false;
      return at() < last();
    },
    rewind: () => {
      if (at() === last()) go(0);
    },
    onChange: (playing) => showPlaying(root, playing),
  });
  /** By the visitor's hand. */
  const jump = (index: number) => {
    playback.pause();
    if (places().length > 0) go(Math.min(Math.max(index, 0), last()));
  };
  const back = () => jump(at() - 1);
  const forward = () => jump(at() + 1);
  const buttons = new Map(Object.entries({ play: playback.toggle, back, forward }));
  const keys = new Map(
    Object.entries({
      ' ': playback.toggle,
      ArrowLeft: back,
      ArrowRight: forward,
      Home: () => jump(0),
      End: () => jump(last()),
    }),
  );

  slider.addEventListener('input', () => jump(slider.valueAsNumber));
  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    buttons.get(button?.dataset.action ?? '')?.();
  });
  if (hears)
    document.addEventListener('keydown', (event) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const onSlider = event.target === slider;
      // The slider moves by itself and says so with an input event.
      if (onSlider ? event.key !== ' ' : event.target !== document.body) return;
      const action = keys.get(event.key);
      if (!action || !hears(event.key)) return;
      action();
      event.preventDefault();
    });

  return {
    async show() {
      const index = at();
      const place = places()[index];
      if (!place) return;
      if (!isStepping && index !== shown) playback.pause();
      shown = index;
      slider.max = String(last());
      slider.value = String(index);
      slider.setAttribute('aria-valuetext', place.words);
      await place.load();
      // Neighbours of a place that was only passed would crowd out the one that is waited for.
      if (at() !== index) return;
      for (const near of places().slice(Math.max(0, index - reach), index + reach + 1)) void near.load();
    },
    pause: playback.pause,
  };
}

/** Whether any of an element is on the screen: further down, the page keeps its own keys. */
export function isOnScreen(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

interface Playing {
  /** How long each picture stays, in milliseconds; asked anew for each, so that the speed may change meanwhile. */
  readonly beat: () => number;
  /** Settles when the next picture can be shown: however slow the line, none is skipped. */
  readonly prepare?: () => Promise<void>;
  /** Shows the next picture; returns whether more follow. */
  readonly step: () => boolean;
  /** Goes back to the first picture where the last is shown, before playing begins. */
  readonly rewind?: () => void;
  readonly onChange: (playing: boolean) => void;
}

export interface Playback {
  readonly playing: boolean;
  play(): void;
  pause(): void;
  toggle(): void;
}

/** Steps at a beat until there is nothing left to show, or until it is paused. */
export function createPlayback({ beat, prepare, step, rewind, onChange }: Playing): Playback {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = () => {
    timer = setTimeout(async () => {
      const mine = timer;
      await prepare?.();
      if (timer !== mine) return;
      if (step()) tick();
      else pause();
    }, beat());
  };
  const play = () => {
    if (timer !== undefined) return;
    rewind?.();
    tick();
    onChange(true);
  };
  const pause = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    onChange(false);
  };
  return {
    get playing() {
      return timer !== undefined;
    },
    play,
    pause,
    toggle() {
      if (timer === undefined) play();
      else pause();
    },
  };
}

/** Has the play button inside `player` say what it does next, and marks the player for the styles. */
export function showPlaying(player: Element, playing: boolean): void {
  query(player, '.play [data-label]', HTMLElement).textContent = playing ? 'Pause' : 'Play';
  player.toggleAttribute('data-playing', playing);
}
