import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPlayback } from './playback.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function counter(last: number, prepare: () => Promise<void> = async () => {}) {
  const changes: boolean[] = [];
  let shown = 0;
  const playback = createPlayback({
    beat: 100,
    prepare,
    step: () => ++shown < last,
    onChange: (playing) => changes.push(playing),
  });
  return { playback, changes, shown: () => shown };
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

test('a picture that is late is waited for, and not shown once it is paused', async () => {
  let arrive = () => {};
  const late = () =>
    new Promise<void>((resolve) => {
      arrive = resolve;
    });
  const { playback, shown } = counter(3, late);
  playback.play();
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toBe(0);
  playback.pause();
  arrive();
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toBe(0);
});

test('playing twice is playing once', async () => {
  const { playback, changes, shown } = counter(9);
  playback.play();
  playback.play();
  await vi.advanceTimersByTimeAsync(100);
  expect(shown()).toBe(1);
  expect(changes).toEqual([true]);
});
