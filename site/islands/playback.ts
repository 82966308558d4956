import { query } from './query.ts';

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
