import type { History } from './schema.ts';

export type StepSeries = History['steps'];

export interface StepRecord {
  /** Steps done, counted from the start of the run. */
  readonly step: number;
  readonly lossD: number;
  readonly lossG: number;
}

/** A chart of a thousand pixels shows no more, and 2,000 entries are about 60 kB of JSON. */
export const maximumEntries = 2000;

function keep(series: StepSeries, kept: (step: number) => boolean): StepSeries {
  const at = series.step.flatMap((step, i) => (kept(step) ? [i] : []));
  const pick = (column: number[]) => at.map((i) => column[i] as number);
  return { ...series, step: pick(series.step), lossD: pick(series.lossD), lossG: pick(series.lossG) };
}

/**
 * The series with one more step. Only steps that are multiples of `every` are kept; when the series is
 * full, `every` doubles and the odd multiples go. What is kept follows from the number of the last step
 * alone, so a resumed run ends with the series that an unbroken one has. A loss that is not finite has no
 * place in JSON and is left out; the run's status says that it diverged.
 *
 * @param record its step is after every step of the series
 */
export function withStep(
  series: StepSeries,
  { step, lossD, lossG }: StepRecord,
  { maximum = maximumEntries } = {},
): StepSeries {
  if (step % series.every !== 0 || !Number.isFinite(lossD) || !Number.isFinite(lossG)) return series;
  if (series.step.length >= maximum) {
    const every = series.every * 2;
    const thinned = { ...keep(series, (kept) => kept % every === 0), every };
    return withStep(thinned, { step, lossD, lossG }, { maximum });
  }
  return {
    every: series.every,
    step: [...series.step, step],
    lossD: [...series.lossD, lossD],
    lossG: [...series.lossG, lossG],
  };
}

/** The series without the steps after `last`. */
export function stepsUpTo(series: StepSeries, last: number): StepSeries {
  return keep(series, (step) => step <= last);
}
