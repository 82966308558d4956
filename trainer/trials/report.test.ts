import { expect, test } from 'vitest';
import { describeTrials } from './report.ts';
import { plan, results } from './trials-fixture.ts';

test('a report gives each variant a row of means with their range, all of the seeds that came to their end', () => {
  const table = describeTrials(plan, results)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(table).toEqual([
    '| variant | seeds | ms a step | FCD, 10 s | FCD, 20 s | FCD, 1 TFLOP | FCD, 50 TFLOP | TFLOP in 20 s | precision | recall |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| light | 1, 3 | 10.0 | 1.500 (1.000–2.000) / n/a | 0.600 (0.500–0.700) / 0.250 | 4.000 / n/a | not reached | 4.0 | n/a | 0.750 |',
  ]);
});

test('a report names the trials that did not come to their end', () => {
  expect(describeTrials(plan, results)).toContain(
    'light, seed 2, did not come to its end: the loss of D was NaN at step 1200.',
  );
});

test('a report says what real digits get and where it was measured', () => {
  expect(describeTrials(plan, results)).toContain('Real training digits in their place: 0.050. A processor.');
});
