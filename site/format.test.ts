import { expect, test } from 'vitest';
import { formatBytes, formatFigure, formatMoment } from './format.ts';

test.each([
  [0, '0'],
  [0.0002, '0.0002'],
  [1e-8, '1e-8'],
  [0.123456, '0.1235'],
  [1234.5678, '1,235'],
])('%d is written with four figures as %s', (value, wanted) => {
  expect(formatFigure(value)).toBe(wanted);
});

test.each([
  [1, '1 byte'],
  [512, '512 bytes'],
  [1044, '1.0 kB'],
  [310_000, '310 kB'],
  [999_900, '1.0 MB'],
  [1_240_000, '1.2 MB'],
])('%d bytes are %s', (bytes, wanted) => {
  expect(formatBytes(bytes)).toBe(wanted);
});

test('moments are in UTC', () => {
  expect(formatMoment('2026-11-21T14:05:00.000Z')).toMatch(/^21 November 2026(?: at|,) 14:05 UTC$/);
});
