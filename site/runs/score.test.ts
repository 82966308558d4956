import { expect, test } from 'vitest';
import { scoreWords } from './score.ts';

test('a run is headed by its Fréchet distance, and by nothing where it has none', () => {
  expect(scoreWords({ metrics: { accuracy: 0.9, fcd: 12.345678 } })).toBe('FCD 12.35');
  expect(scoreWords({ metrics: { accuracy: 0.9 } })).toBeUndefined();
  expect(scoreWords({ metrics: null })).toBeUndefined();
});
