import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWalk } from './view.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function walkFrom(start: number) {
  const button = { textContent: 'Walk' } as HTMLButtonElement;
  const places = [start];
  const walk = createWalk(button, {
    at: () => places.at(-1) ?? 0,
    go: (at) => places.push(at),
  });
  return { walk, button, places };
}

test('a walk goes to its end, not past it, and the button says what it does next', async () => {
  const { walk, button, places } = walkFrom(95);
  walk.toggle();
  expect(button.textContent).toBe('Stop');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(places).toEqual([95, 97, 99, 100]);
  expect(button.textContent).toBe('Walk');
});

test('a walk that is at its end begins again', async () => {
  const { walk, places } = walkFrom(100);
  walk.toggle();
  await vi.advanceTimersByTimeAsync(60);
  expect(places).toEqual([100, 0, 2]);
});

test('a walk that is stopped stays there', async () => {
  const { walk, button, places } = walkFrom(10);
  walk.toggle();
  await vi.advanceTimersByTimeAsync(60);
  walk.toggle();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(places).toEqual([10, 12]);
  expect(button.textContent).toBe('Walk');
});
