import { describe, expect, it } from 'vitest';
import { recordOf } from '../artifacts/run-fixture.ts';
import type { EpochRecord } from '../artifacts/schema.ts';
import { findWarnings, newWarnings } from './health.ts';

const fair = { lossD: 1.2, lossG: 0.9, gradNormD: 5, gradNormG: 3 };
const good = { fcd2k: 0.5, precision2k: 0.9, recall2k: 0.8, classTotalVariation2k: 0.03 };

/** A run of these epochs; what is not said is as it should be. */
const runOf = (epochs: readonly Partial<EpochRecord>[]): EpochRecord[] =>
  epochs.map((changes, i) => recordOf(i + 1, { ...fair, ...changes }));
const scoredRun = (...metrics: readonly Partial<typeof good>[]) =>
  runOf(metrics.map((changes) => ({ metrics: { ...good, ...changes } })));
const kindsOf = (epochs: readonly EpochRecord[]) =>
  findWarnings(epochs).map(({ epoch, kind }) => [epoch, kind]);

describe('a run that goes well', () => {
  it('has no warnings, scored or not', () => {
    expect(findWarnings([])).toEqual([]);
    expect(findWarnings(runOf(Array(20).fill({})))).toEqual([]);
    expect(
      findWarnings(scoredRun({ fcd2k: 6.8, recall2k: 0.41 }, { fcd2k: 2.4, recall2k: 0.6 }, {}, {})),
    ).toEqual([]);
  });

  it('has none while a slow generator still draws speckle, which looks like one digit to the classifier', () => {
    const speckled = { fcd2k: 150, precision2k: 0.004, recall2k: 0, classTotalVariation2k: 0.9 };
    const half = { fcd2k: 32, precision2k: 0.5, recall2k: 0.0005, classTotalVariation2k: 0.66 };
    expect(findWarnings(scoredRun(speckled, speckled, half))).toEqual([]);
  });

  it('has none of a discriminator that is ahead, as that of mlp is', () => {
    const lead = [0.88, 0.93, 0.77, 0.85, 0.93, 0.94, 0.91, 0.91, 0.93, 0.93];
    const gradients = [17, 24, 26, 20, 20, 22, 24, 24, 21, 24];
    const run = lead.map((ahead, i) => ({
      ...{ realScore: 0.97, fakeScore: 0.97 - ahead, gradNormG: gradients[i]! },
    }));
    expect(findWarnings(runOf(run))).toEqual([]);
  });
});

describe('a collapse', () => {
  it('is told where readable digits hardly vary', () => {
    const [warning] = findWarnings(scoredRun({ recall2k: 0.2 }, { precision2k: 0.95, recall2k: 0.01 }));
    expect(warning).toMatchObject({ epoch: 2, kind: 'collapse' });
    expect(warning?.sentence).toMatch(/recall is 1 %\. Try a lower --learning-rate-g/);
  });

  it('is told where some digits are not drawn', () => {
    const [warning] = findWarnings(scoredRun({ classTotalVariation2k: 0.41 }));
    expect(warning?.sentence).toMatch(/some digits only: 41 % of its samples/);
  });

  it('is told where variety is lost, whatever is drawn then', () => {
    const [warning] = findWarnings(scoredRun({ recall2k: 0.6 }, { recall2k: 0.05, precision2k: 0.1 }));
    expect(warning?.sentence).toMatch(/recall fell from 60 % to 5 %/);
  });

  it('is told once, and again when it comes back', () => {
    const gone = { recall2k: 0.01 };
    expect(kindsOf(scoredRun({}, gone, gone, {}, gone))).toEqual([
      [2, 'collapse'],
      [5, 'collapse'],
    ]);
  });

  it('is seen across epochs that are not scored', () => {
    const run = runOf([
      { metrics: good },
      {},
      { metrics: { ...good, recall2k: 0 } },
      {},
      { metrics: { ...good, recall2k: 0 } },
    ]);
    expect(kindsOf(run)).toEqual([[3, 'collapse']]);
  });
});

describe('a winning discriminator', () => {
  it('is told when it has hardly been wrong for two epochs', () => {
    const won = { realScore: 0.995, fakeScore: 0.004 };
    expect(kindsOf(runOf([won]))).toEqual([]);
    const [warning, ...others] = findWarnings(runOf([{}, won, won, won]));
    expect(warning).toMatchObject({ epoch: 3, kind: 'winning discriminator' });
    expect(warning?.sentence).toContain('--learning-rate-d');
    expect(others).toEqual([]);
  });

  it('is told when it refuses with the utmost certainty, though it is wrong at times', () => {
    const sure = { realScore: 0.93, fakeScore: 0.12, lossG: 230 };
    expect(kindsOf(runOf([{ lossG: 52 }, sure, sure]))).toEqual([[2, 'winning discriminator']]);
  });

  it("is told when the generator's gradient has all but gone", () => {
    expect(kindsOf(runOf([{}, {}, { gradNormG: 0.02 }, { gradNormG: 0.02 }]))).toEqual([
      [4, 'winning discriminator'],
    ]);
  });
});

describe('an oscillation', () => {
  it('is told of a lead that changes hands, and not of one change', () => {
    const leads = (...values: number[]) =>
      runOf(values.map((lead) => ({ realScore: 0.5 + lead / 2, fakeScore: 0.5 - lead / 2 })));
    expect(kindsOf(leads(0.2, 0.8, 0.2))).toEqual([]);
    expect(kindsOf(leads(0.2, 0.8, 0.2, 0.3))).toEqual([]);
    expect(kindsOf(leads(0.2, 0.8, 0.2, 0.8))).toEqual([[4, 'oscillation']]);
    expect(kindsOf(leads(0.1, 0.4, 0.7, 1))).toEqual([]);
  });

  it('is told of a score that goes up and down, by factors', () => {
    const fcds = (...values: number[]) => scoredRun(...values.map((fcd2k) => ({ fcd2k })));
    expect(kindsOf(fcds(1, 2.5, 1, 2.5, 1, 2.5))).toEqual([[4, 'oscillation']]);
    expect(kindsOf(fcds(253, 379, 263, 400, 217))).toEqual([]);
    expect(kindsOf(fcds(60, 20, 7, 2, 1))).toEqual([]);
  });
});

it('what is new at the last epoch is what the whole list says of it', () => {
  const run = scoredRun({}, { recall2k: 0 }, { recall2k: 0 }, {}, { classTotalVariation2k: 0.5 });
  const oneByOne = run.flatMap((_, i) => newWarnings(run.slice(0, i + 1)));
  expect(oneByOne).toEqual(findWarnings(run));
  expect(oneByOne).toHaveLength(2);
});
