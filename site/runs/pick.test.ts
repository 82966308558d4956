import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickEpochs } from './pick.ts';

const epochs = (count: number) =>
  Array.from({ length: count }, (_, epoch) => ({
    epoch,
    step: epoch,
    grid: `epochs/${epoch}.png`,
    model: null,
  }));

test('the picked epochs are distinct and in order, with the first and the last among them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 12 }), (published, count) => {
      const picked = pickEpochs(epochs(published), count).map(({ epoch }) => epoch);
      expect(picked).toHaveLength(Math.min(published, count));
      expect(picked[0]).toBe(0);
      expect(picked.at(-1)).toBe(published - 1);
      expect(picked.every((epoch, i) => i === 0 || epoch > (picked[i - 1] ?? Number.NaN))).toBe(true);
    }),
  );
});

test('early epochs, which change most, are picked more densely', () => {
  expect(pickEpochs(epochs(21), 8).map(({ epoch }) => epoch)).toEqual([0, 1, 2, 4, 7, 10, 15, 20]);
});
