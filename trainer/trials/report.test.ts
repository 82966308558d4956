import { expect, test } from 'vitest';
import { marksOf, type Plan, planSchema, type Results } from './plan.ts';
import { describeTrials } from './report.ts';

const plan: Plan = {
  about: 'Two nets.',
  seconds: [10, 20],
  tflop: [1, 50],
  seeds: [1, 2],
  against: 'test',
  variants: { light: { recipe: 'mlp', changes: {} }, heavy: { recipe: 'dcgan', changes: {} } },
};
const pace = { light: { ms: 10, gflop: 2 }, heavy: { ms: 100, gflop: 5 } };
const row = { step: 1000, seconds: 10, tflop: 2, averaged: null };
const results: Results = {
  device: 'A processor',
  floor: 0.05,
  pace,
  rows: [
    { ...row, variant: 'light', seed: 1, raw: 1 },
    { ...row, variant: 'light', seed: 2, raw: 3 },
    { ...row, variant: 'light', seed: 1, step: 2000, raw: 0.5, averaged: 0.25, recall: 0.75 },
    { ...row, variant: 'light', seed: 1, step: 500, raw: 4 },
  ],
};

test('a plan changes what it names and leaves everything else to the recipe', () => {
  const variants = {
    steady: { recipe: 'conditional', changes: { gradientPenalty: 3 } },
    plain: { recipe: 'r3' },
  };
  expect(planSchema.parse({ ...plan, variants }).variants).toEqual({
    steady: { recipe: 'conditional', changes: { gradientPenalty: 3 } },
    plain: { recipe: 'r3', changes: {} },
  });
});

test('a variant is scored at every time, and at the work that it does until the last of them', () => {
  expect(marksOf(plan, pace.light)).toEqual([500, 1000, 2000]);
  expect(marksOf(plan, pace.heavy)).toEqual([100, 200]);
});

test('a report gives each variant a row of means over seeds with their range', () => {
  expect(
    describeTrials(plan, results)
      .split('\n')
      .filter((line) => line.startsWith('|')),
  ).toEqual([
    '| variant | ms a step | FCD, 10 s | FCD, 20 s | FCD, 1 TFLOP | FCD, 50 TFLOP | TFLOP in 20 s | precision | recall |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| light | 10.0 | 2.000 (1.000–3.000) / n/a | 0.500 / 0.250 | 4.000 / n/a | not reached | 4.0 | n/a | 0.750 |',
  ]);
});

test('a report says what real digits get and where it was measured', () => {
  expect(describeTrials(plan, results)).toContain('Real training digits in their place: 0.050. A processor.');
});
