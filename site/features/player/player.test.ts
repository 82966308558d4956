import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPlayback } from './player.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Options = Partial<Parameters<typeof createPlayback>[0]>;

/** Plays the pictures 1 to `last`; none is shown at first. */
function counter(last: number, options: Options = {}) {
  const changes: boolean[] = [];
  let shown = 0;
  const playback = createPlayback({
    beat: () => 100,
    step: () => ++shown < last,
    rewind: () => {
      if (shown === last) shown = 0;
    },
    onChange: (playing) => changes.push(playing),
    ...options,
  });
  return { playback, changes, shown: () => shown };
}

/** Pictures that arrive one by one, each when it is let in. */
function slowLine() {
  const arrivals: (() => void)[] = [];
  const prepare = () => new Promise<void>((resolve) => arrivals.push(resolve));
  return { prepare, arrivals };
}

test('it steps once a beat, and stops by itself after the last', async () => {
  const { playback, changes, shown } = counter(3);
  playback.play();
  await vi.advanceTimersByTimeAsync(250);
  expect(shown()).toBe(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown()).toBe(3);
  expect(playback.playing).toBe(false);
  expect(changes).toEqual([true, false]);
});

test('a beat that changes while it plays counts from the next picture on', async () => {
  let beat = 100;
  const { playback, shown } = counter(9, { beat: () => beat });
  playback.play();
  beat = 10;
  await vi.advanceTimersByTimeAsync(99);
  expect(shown()).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(shown()).toBe(1);
  await vi.advanceTimersByTimeAsync(30);
  expect(shown()).toBe(4);
});

test('a picture that is late is waited for, and none is skipped', async () => {
  const { prepare, arrivals } = slowLine();
  const { playback, shown } = counter(3, { prepare });
  playback.play();
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toBe(0);
  arrivals[0]?.();
  await vi.advanceTimersByTimeAsync(99);
  expect(shown()).toBe(1);
  expect(arrivals).toHaveLength(1);
});

test('a picture that arrives once it is paused is not shown', async () => {
  const { prepare, arrivals } = slowLine();
  const { playback, shown } = counter(3, { prepare });
  playback.play();
  await vi.advanceTimersByTimeAsync(100);
  playback.pause();
  arrivals[0]?.();
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toBe(0);
});

test('a picture that arrives after a pause and another start does not come twice', async () => {
  const { prepare, arrivals } = slowLine();
  const { playback, shown } = counter(3, { prepare });
  playback.play();
  await vi.advanceTimersByTimeAsync(100);
  playback.toggle();
  playback.toggle();
  arrivals[0]?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toBe(0);
  arrivals[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toBe(1);
});

test('playing twice is playing once', async () => {
  const { playback, changes, shown } = counter(9);
  playback.play();
  playback.play();
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toBe(1);
  expect(changes).toEqual([true]);
});

test('pausing what does not play changes nothing', () => {
  const { playback, changes } = counter(9);
  playback.pause();
  expect(changes).toEqual([]);
});

test('it is paused and resumed where it stood', async () => {
  const { playback, changes, shown } = counter(9);
  playback.toggle();
  await vi.advanceTimersByTimeAsync(200);
  playback.toggle();
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toBe(2);
  playback.toggle();
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toBe(3);
  expect(changes).toEqual([true, false, true]);
});

test('at its end it begins again from the first', async () => {
  const { playback, shown } = counter(2);
  playback.play();
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown()).toBe(2);
  playback.toggle();
  expect(shown()).toBe(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toBe(1);
});
