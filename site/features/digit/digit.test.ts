import { expect, test } from 'vitest';
import { parseDigit } from './digit.ts';

test.each([
  ['0', 0],
  ['99', 99],
  ['007', 7],
  ['100', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e1', undefined],
  ['', undefined],
  [null, undefined],
])('of a hundred digits, %j asks for %j', (wanted, digit) => {
  expect(parseDigit(wanted, 100)).toBe(digit);
});
