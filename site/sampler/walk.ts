import { createPlayback, type Playback } from '../islands/playback.ts';

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
