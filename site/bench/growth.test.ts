import { expect, test } from 'vitest';
import { growthWords, marginalSeconds, tableLines } from './growth.ts';

const measured = (...pairs: [runs: number, seconds: number][]) =>
  pairs.map(([runs, seconds]) => ({ runs, seconds, pages: runs + 8, files: runs * 10 }));

test('what one more run costs leaves out what every build costs', () => {
  expect(marginalSeconds(measured([25, 12], [50, 22], [100, 42]))).toEqual([0.4, 0.4]);
});

test('equal costs are linear, rising ones are not', () => {
  expect(growthWords(measured([25, 12], [50, 22], [100, 42]))).toMatch(/0\.400 s, then 0\.400 s: linear/);
  expect(growthWords(measured([25, 12], [50, 22], [100, 82]))).toMatch(/worse than linear/);
});

test('two counts say nothing of growth', () => {
  expect(growthWords(measured([25, 12], [50, 22]))).toMatch(/too few/i);
});

test('the table has a line for each count', () => {
  expect(tableLines(measured([25, 12]))).toEqual([
    '     runs  seconds    pages    files    s/run',
    '       25     12.0       33      250    0.480',
  ]);
});
