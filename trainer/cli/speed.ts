/** How many steps of a run were done, and when, in milliseconds. */
export interface StepTime {
  readonly time: number;
  readonly step: number;
}

/** How far back the speed looks: long enough to be steady, short enough to follow a change. */
const windowMs = 10_000;

/**
 * The window with the newest time added and those that are too old dropped. One that is older than the
 * window stays, so that the window is never shorter than it says.
 */
export function addStepTime(window: readonly StepTime[], newest: StepTime): readonly StepTime[] {
  const firstInside = window.findIndex(({ time }) => time >= newest.time - windowMs);
  const kept = firstInside < 0 ? window.slice(-1) : window.slice(Math.max(0, firstInside - 1));
  return [...kept, newest];
}

/** Steps per second over the window; undefined until there is something to measure. */
export function stepsPerSecond(window: readonly StepTime[]): number | undefined {
  const [first, last] = [window[0], window.at(-1)];
  if (!first || !last || last.time <= first.time || last.step <= first.step) return undefined;
  return (1000 * (last.step - first.step)) / (last.time - first.time);
}

/** Seconds to the last step at the window's speed. */
export function secondsLeft(window: readonly StepTime[], totalSteps: number): number | undefined {
  const speed = stepsPerSecond(window);
  const last = window.at(-1);
  return speed === undefined || !last ? undefined : Math.max(0, totalSteps - last.step) / speed;
}
