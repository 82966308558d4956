import { expect, test, vi } from 'vitest';
import { createStore } from './island.ts';

test('a follower hears of every change once, and of the value that it came late for', () => {
  const store = createStore<number>();
  const early = vi.fn<(value: number) => void>();
  store.follow(early);
  expect(early).not.toHaveBeenCalled();
  store.set(3);
  store.set(3);
  const late = vi.fn<(value: number) => void>();
  store.follow(late);
  store.set(4);
  expect(early.mock.calls).toEqual([[3], [4]]);
  expect(late.mock.calls).toEqual([[3], [4]]);
  expect(store.value).toBe(4);
});
