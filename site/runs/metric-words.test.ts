import { expect, test } from 'vitest';
import { metricTitle } from './metric-words.ts';

test('a score is called by its name in print, and one of an epoch by its samples too', () => {
  expect(metricTitle('fcd')).toBe('FCD-MNIST');
  expect(metricTitle('epoch')).toBe('scored epoch');
  expect(metricTitle('fcd2k')).toBe('FCD-MNIST, 2,000 samples');
});

test('a score that is not known stands for itself', () => {
  expect(metricTitle('constructor')).toBe('constructor');
});
