/** How long one step of the walk stays, in milliseconds. */
const beat = 60;
/** In hundredths of the way. */
const stride = 2;

export interface Player {
  toggle(): void;
  stop(): void;
}

/** Walks from where the walk stands to its end, or from its beginning when it is there already. */
export function openPlayer(
  button: HTMLButtonElement,
  walk: { /** 0 … 100 */ at(): number; go(at: number): void },
): Player {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const render = () => {
    button.textContent = timer === undefined ? 'Walk' : 'Stop';
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    render();
  };
  const step = () => {
    walk.go(Math.min(100, walk.at() + stride));
    if (walk.at() < 100) timer = setTimeout(step, beat);
    else stop();
  };
  return {
    stop,
    toggle() {
      if (timer !== undefined) return stop();
      if (walk.at() === 100) walk.go(0);
      timer = setTimeout(step, beat);
      render();
    },
  };
}
