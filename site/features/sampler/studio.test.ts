import { expect, test } from 'vitest';
import { latest } from './studio.ts';

test('one value is worked on at a time, and of those that come meanwhile the last', async () => {
  const begun: number[] = [];
  const gates: (() => void)[] = [];
  const give = latest((value: number) => {
    begun.push(value);
    return new Promise<void>((resolve) => gates.push(resolve));
  });
  for (const value of [1, 2, 3, 4]) give(value);
  expect(begun).toEqual([1]);
  gates[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual([1, 4]);
  gates[1]?.();
  await Promise.resolve();
  await Promise.resolve();
  give(5);
  expect(begun).toEqual([1, 4, 5]);
});
