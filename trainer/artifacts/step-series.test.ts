import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StepSeries, stepsUpTo, withStep } from './step-series.ts';

const empty: StepSeries = { every: 1, step: [], lossD: [], lossG: [] };
const recordOf = (step: number) => ({ step, lossD: step / 2, lossG: -step });

function seriesOf(last: number, { from = empty, maximum = 2000 } = {}): StepSeries {
  let series = from;
  for (let step = (from.step.at(-1) ?? 0) + 1; step <= last; step++)
    series = withStep(series, recordOf(step), { maximum });
  return series;
}

describe('withStep', () => {
  it('keeps every step while there is room', () => {
    expect(seriesOf(3)).toEqual({
      ...{ every: 1, step: [1, 2, 3] },
      ...{ lossD: [0.5, 1, 1.5], lossG: [-1, -2, -3] },
    });
  });

  it('keeps every second step of twice as many', () => {
    expect(seriesOf(8, { maximum: 4 })).toMatchObject({ every: 2, step: [2, 4, 6, 8] });
  });

  it('leaves out a loss that is not a number', () => {
    expect(withStep(seriesOf(1), { step: 2, lossD: Number.NaN, lossG: 0 })).toEqual(seriesOf(1));
  });

  it('keeps exactly the multiples of the smallest power of two that leaves room, whatever the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 20 }), (last, maximum) => {
        const { every, step, lossD, lossG } = seriesOf(last, { maximum });
        expect(Number.isInteger(Math.log2(every))).toBe(true);
        expect(step).toEqual(Array.from({ length: Math.floor(last / every) }, (_, i) => (i + 1) * every));
        expect(step.length).toBeLessThanOrEqual(maximum);
        if (every > 1) expect(Math.floor(last / (every / 2))).toBeGreaterThan(maximum);
        expect(lossD).toEqual(step.map((at) => at / 2));
        expect(lossG).toEqual(step.map((at) => -at));
      }),
    );
  });
});

describe('stepsUpTo', () => {
  it('lets a resumed run end with the series of an unbroken one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 20 }),
        (points, maximum) => {
          const [checkpoint, killed, end] = points.toSorted((a, b) => a - b) as [number, number, number];
          let series = stepsUpTo(seriesOf(killed, { maximum }), checkpoint);
          for (let step = checkpoint + 1; step <= end; step++)
            series = withStep(series, recordOf(step), { maximum });
          expect(series).toEqual(seriesOf(end, { maximum }));
        },
      ),
    );
  });
});
