import { expect, test } from 'vitest';
import { copyingWords, scoreRows } from './score-rows.ts';

const beside = [{ fcd: 0.05, recall: 0.94, tstr: 0.9895 }, { fcd: 288 }];

test('scores stand in reading order beside those of other sets, with a dash where one has none', () => {
  const rows = scoreRows({ recall: 0.5, fcd: 2.5, samples: 10_000 }, beside, 10);
  expect(rows.map(({ title, values }) => [title, ...values])).toEqual([
    ['FCD-MNIST', '2.5', '0.05', '288'],
    ['recall', '0.5', '0.94', '–'],
  ]);
});

test('a generator that is told no class has no TSTR, and it is said why', () => {
  const [row] = scoreRows({}, beside, 0);
  expect(row).toMatchObject({ title: 'TSTR', values: ['n/a', '0.9895', '–'] });
  expect(row?.note).toMatch(/no labels/);
});

test('one that is told classes has its own, or no row where nobody trained by its samples', () => {
  expect(scoreRows({ tstr: 0.97 }, beside, 10)).toMatchObject([
    { values: ['0.97', '0.9895', '–'], note: undefined },
  ]);
  expect(scoreRows({}, beside, 10)).toEqual([]);
});

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
