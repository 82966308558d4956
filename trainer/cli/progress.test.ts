import { describe, expect, it } from 'vitest';
import { recordOf } from '../artifacts/run-fixture.ts';
import {
  createReporter,
  type EndInfo,
  type ReporterOptions,
  type StartInfo,
  type WarningInfo,
} from './progress.ts';

const start: StartInfo = {
  run: 'mlp-1',
  recipe: 'mlp',
  engine: 'ONNX Runtime on the CPU, 2 threads',
  epochs: 2,
  stepsPerEpoch: 100,
  batch: 64,
  step: 0,
};
const end: EndInfo = {
  run: 'mlp-1',
  status: 'finished',
  epochs: 2,
  step: 200,
  seconds: 40,
  folder: 'artifacts/mlp-1',
  message: null,
};
const record = (epoch: number) =>
  recordOf(epoch, { step: epoch * 100, seconds: 20, imagesPerSecond: 320, lossD: 0.7, lossG: 1.2 });

const warning: WarningInfo = { epoch: 2, kind: 'collapse', sentence: 'It draws ones only.' };

/** Everything a reporter writes during a run of two epochs of 100 steps, 200 ms each. */
function writesOf(options: ReporterOptions & { columns?: number }): string[] {
  const writes: string[] = [];
  let time = 0;
  const stream = { write: (text: string) => writes.push(text), columns: options.columns };
  const reporter = createReporter({ ...options, stream, now: () => time });
  reporter.start(start);
  for (let step = 1; step <= 200; step++) {
    time += 200;
    reporter.step({ step, lossD: 0.7, lossG: 1.2 });
    if (step === 50) reporter.note('halfway through the first');
    if (step % 100 === 0) reporter.epoch(record(step / 100));
    if (step === 200) reporter.warn(warning);
  }
  reporter.end(end);
  return writes;
}

describe('the reporter without a terminal', () => {
  it('writes plain lines: the start, one an epoch, one every ten seconds between, the end', () => {
    expect(writesOf({ isTTY: false }).join('')).toBe(
      [
        'mlp-1: mlp, 2 epochs of 100 steps, 64 digits each; ONNX Runtime on the CPU, 2 threads',
        'epoch 1/2  step 50/100  320 images/s  D 0.700  G 1.200  30 s left',
        'halfway through the first',
        'epoch 1/2 done in 20 s  320 images/s  D 0.700  G 1.200',
        'epoch 2/2  step 1/100  320 images/s  D 0.700  G 1.200  20 s left',
        'epoch 2/2  step 51/100  320 images/s  D 0.700  G 1.200  9.8 s left',
        'epoch 2/2 done in 20 s  320 images/s  D 0.700  G 1.200',
        'warning, collapse: It draws ones only.',
        'finished: 2 epochs, 200 steps in 40 s; artifacts/mlp-1',
        '',
      ].join('\n'),
    );
  });
});

describe('the reporter on a terminal', () => {
  /** What a terminal shows of the writes in the end: lines above, and the live one. */
  const shown = (writes: string[]) =>
    writes
      .join('')
      .split('\n')
      .map((line) => line.split('\r\u001b[2K').at(-1) ?? '');

  it('keeps the lines of epochs and notes and clears the live one at the end', () => {
    expect(shown(writesOf({ isTTY: true, columns: 100 }))).toEqual([
      'mlp-1: mlp, 2 epochs of 100 steps, 64 digits each; ONNX Runtime on the CPU, 2 threads',
      'halfway through the first',
      'epoch 1/2 done in 20 s  320 images/s  D 0.700  G 1.200',
      'epoch 2/2 done in 20 s  320 images/s  D 0.700  G 1.200',
      'warning, collapse: It draws ones only.',
      'finished: 2 epochs, 200 steps in 40 s; artifacts/mlp-1',
      '',
    ]);
  });

  it('redraws at most ten times a second, in less than the width', () => {
    let time = 0;
    const draws: string[] = [];
    const stream = { write: (text: string) => draws.push(text), columns: 60 };
    const reporter = createReporter({ isTTY: true, stream, now: () => time });
    reporter.start({ ...start, stepsPerEpoch: 100_000 });
    draws.length = 0;
    for (let step = 1; step <= 5000; step++) {
      time += 1;
      reporter.step({ step, lossD: 0.7, lossG: 1.2 });
    }
    expect(draws.length).toBe(50);
    for (const draw of draws) expect(draw.replace('\r\u001b[2K', '').length).toBeLessThan(60);
  });
});

describe('the reporter for machines', () => {
  it('writes one JSON object a line, steps at most once a second and at the end of an epoch', () => {
    const events = writesOf({ json: true }).map((line) => JSON.parse(line));
    const names = events.map(({ event }) => event);
    expect(names.filter((name) => name !== 'step')).toEqual([
      ...['start', 'note', 'epoch', 'epoch', 'warning', 'end'],
    ]);
    expect(events.find(({ event }) => event === 'warning')).toEqual({ event: 'warning', ...warning });
    expect(names.filter((name) => name === 'step').length).toBe(42);
    expect(events.flatMap(({ event, step }) => (event === 'step' && step % 100 === 0 ? step : []))).toEqual([
      100, 200,
    ]);
    expect(events[0]).toEqual({ event: 'start', ...start });
    expect(events.find(({ event, step }) => event === 'step' && step === 101)).toEqual({
      event: 'step',
      epoch: 2,
      step: 101,
      lossD: 0.7,
      lossG: 1.2,
      imagesPerSecond: expect.closeTo(320),
      etaSeconds: expect.closeTo(19.8),
    });
    expect(events.at(-1)).toEqual({ event: 'end', ...end });
  });
});

describe('the live line', () => {
  /** After one step of the third epoch, at 80 steps per second, on a terminal of one column more than the width. */
  function liveLine(width: number, epochs = 20): string {
    let [time, line] = [0, ''];
    const stream = {
      columns: width + 1,
      write: (text: string) => {
        line = text.replace('\r\u001b[2K', '');
      },
    };
    const reporter = createReporter({ isTTY: true, stream, now: () => time });
    reporter.start({ ...start, epochs, stepsPerEpoch: 937, step: 2 * 937 + 411 });
    time += 1000 / 80;
    reporter.step({ step: 2 * 937 + 412, lossD: 0.5432, lossG: 1.208 });
    return line;
  }

  it('shows epoch, bar, step, speed, losses and the time left', () => {
    expect(liveLine(100)).toBe(
      'epoch  3/20 ━━━━━━━━━━━───────────── 412/937  5,120 images/s  D 0.543  G 1.208  3 min 26 s left',
    );
  });

  it('shows all of them on a terminal of 80 columns too, with a shorter bar', () => {
    expect(liveLine(79, 200)).toMatch(
      /^epoch {3}3\/200 [━─]+ 412\/937 {2}5,120 images\/s {2}D .* {2}G .* {2}38 min 34 s left$/,
    );
  });

  it('leaves parts out until it fits, whatever the width', () => {
    for (let width = 0; width <= 120; width++) expect(liveLine(width).length).toBeLessThanOrEqual(width);
    expect(liveLine(60)).toBe('epoch  3/20 412/937  D 0.543  G 1.208  3 min 26 s left');
  });
});
