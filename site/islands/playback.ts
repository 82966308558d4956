interface Playing {
  /** How long each picture stays, in milliseconds. */
  readonly beat: number;
  /** Settles when the next picture can be shown: however slow the line, none is skipped. */
  readonly prepare: () => Promise<void>;
  /** Shows the next picture; returns whether more follow. */
  readonly step: () => boolean;
  readonly onChange: (playing: boolean) => void;
}

export interface Playback {
  readonly playing: boolean;
  play(): void;
  pause(): void;
}

/** Steps at a steady beat until there is nothing left to show, or until it is paused. */
export function createPlayback({ beat, prepare, step, onChange }: Playing): Playback {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = () => {
    timer = setTimeout(async () => {
      const mine = timer;
      await prepare();
      if (timer !== mine) return;
      if (step()) tick();
      else pause();
    }, beat);
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
    play() {
      if (timer !== undefined) return;
      tick();
      onChange(true);
    },
    pause,
  };
}
