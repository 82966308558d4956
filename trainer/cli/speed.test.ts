import { describe, expect, it } from 'vitest';
import { addStepTime, type StepTime, secondsLeft, stepsPerSecond } from './speed.ts';

/** Steps done at a steady speed, one time every `every` milliseconds. */
const steady = (speed: number, seconds: number, every = 100, from: StepTime = { time: 0, step: 0 }) => {
  const times: StepTime[] = [];
  for (let time = every; time <= seconds * 1000; time += every) {
    times.push({ time: from.time + time, step: from.step + (speed * time) / 1000 });
  }
  return times;
};
const windowOf = (times: readonly StepTime[]) => times.reduce<readonly StepTime[]>(addStepTime, []);

describe('the moving window', () => {
  it('knows no speed before two times', () => {
    expect(stepsPerSecond([])).toBeUndefined();
    expect(stepsPerSecond([{ time: 0, step: 0 }])).toBeUndefined();
    expect(secondsLeft([{ time: 0, step: 0 }], 10)).toBeUndefined();
  });

  it('measures a steady speed and what is left of the work', () => {
    const window = windowOf([{ time: 0, step: 0 }, ...steady(8, 30)]);
    expect(stepsPerSecond(window)).toBeCloseTo(8, 6);
    expect(secondsLeft(window, 1040)).toBeCloseTo(100, 6);
    expect(secondsLeft(window, 10)).toBe(0);
  });

  it('follows a change of speed within its ten seconds', () => {
    const slow = steady(2, 30);
    const last = slow.at(-1) as StepTime;
    const window = windowOf([...slow, ...steady(20, 11, 100, last)]);
    expect(stepsPerSecond(window)).toBeCloseTo(20, 6);
  });

  it('stays small however long the run', () => {
    expect(windowOf(steady(8, 300)).length).toBeLessThanOrEqual(102);
  });

  it('still measures steps that take longer than the window', () => {
    expect(stepsPerSecond(windowOf(steady(1 / 60, 600, 60_000)))).toBeCloseTo(1 / 60, 9);
  });
});
