import { describe, expect, it } from 'vitest';
import { counted, formatCount, formatDuration, formatLoss } from './format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [0.34, '0.3 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [4.24, '4.2 s'],
    [59.6, '1 min'],
    [192, '3 min 12 s'],
    [3599.6, '1 h'],
    [7200, '2 h'],
    [7380, '2 h 3 min'],
    [Number.NaN, '?'],
    [Number.POSITIVE_INFINITY, '?'],
  ])('writes %d seconds with the two largest units that matter: %s', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });
});

describe('formatLoss', () => {
  it.each([
    [0.5432, '0.543'],
    [-1.5, '-1.500'],
    [12.345, '12.35'],
    [410_000, '4.1e+5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('writes %d in a few characters: %s', (loss, words) => {
    expect(formatLoss(loss)).toBe(words);
  });
});

it('counts with separators and the right plural', () => {
  expect([formatCount(59321.4), counted(1, 'step'), counted(1200, 'step')]).toEqual([
    '59,321',
    '1 step',
    '1,200 steps',
  ]);
});
