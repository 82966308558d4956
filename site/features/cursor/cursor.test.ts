import { expect, test } from 'vitest';
import { nearestEpoch, parseEpoch } from './cursor.ts';

const published = [0, 10, 20, 30];

test.each([
  ['0', 0],
  ['20', 20],
  ['007', 10],
  ['14', 10],
  ['31', 30],
  ['-1', 30],
  ['1.5', 30],
  ['1e1', 30],
  ['last', 30],
  ['', 30],
  [' 1', 30],
  ['99999999999999999999', 30],
  [null, 30],
  [undefined, 30],
])('an address that asks for epoch %j of a run published every ten shows epoch %d', (wanted, epoch) => {
  expect(parseEpoch(wanted, published)).toBe(epoch);
});

test('a place between two published epochs belongs to the nearer one, the middle to the earlier', () => {
  expect([-3, 4.9, 5, 5.1, 26, 99].map((epoch) => nearestEpoch(epoch, published))).toEqual([
    0, 0, 0, 10, 30, 30,
  ]);
});
