import { expect, test } from 'vitest';
import { copyingWords } from './copying.ts';

test('samples as far from the training digits as real ones are not copied', () => {
  expect(copyingWords(4.4711, 4.2178)).toBe(
    'On average a sample is 4.471 away from its nearest training digit, a real digit that nobody trained on 4.218: nothing here looks copied.',
  );
});

test('samples that lie closer are to be looked at', () => {
  expect(copyingWords(3, 4.2)).toMatch(/closer than real digits come, so look at the pairs for copies\.$/);
});

test('samples that lie far closer look copied', () => {
  expect(copyingWords(0, 4.2)).toMatch(/so they look copied\.$/);
});
