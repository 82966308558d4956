import { expect, test } from 'vitest';
import { type Report, report } from './report.ts';

const timing = (medianMs: number) => ({ medianMs, quartilesMs: [medianMs, medianMs] as const, count: 9 });
const step = { gflop: 8, batch: 600, compiled: timing(100), peakGflops: 160, torch: [], wasm: undefined };
const measured: Report = {
  engine: 'TensorFlow on CUDA',
  device: 'A card',
  threads: 0,
  steps: {
    net: {
      ...step,
      torch: [
        { name: 'PyTorch, eager', version: '2.9', timing: timing(300) },
        { name: 'PyTorch, CUDA graph', version: '2.9', timing: timing(50) },
      ],
    },
    alone: step,
  },
  residentMb: { first: 500, last: 501 },
};

test('each way to run a peer is reported as a multiple of our time', () => {
  const words = report.words(measured);
  expect(words).toContain('PyTorch, eager, 2.9  300.0 ms (300.0–300.0): 3.00 × ours');
  expect(words).toContain('PyTorch, CUDA graph, 2.9  50.0 ms (50.0–50.0): 0.50 × ours');
  expect(report.json(measured).steps.net).toMatchObject({
    vsPyTorch: { 'PyTorch, eager': 3, 'PyTorch, CUDA graph': 0.5 },
    fractionOfPeak: 0.5,
  });
});

test('a step is told as images and work a second and as the time of an epoch of MNIST', () => {
  expect(report.words(measured)).toContain('6,000 images/s, 80 GFLOP/s, 10.0 s an epoch');
});

test('a peer that was not there is said to be not measured', () => {
  expect(report.words(measured).split('\n\n')[2]).toContain('PyTorch  not measured');
  expect(report.json(measured).steps.alone).toMatchObject({ vsPyTorch: {}, vsTfjsWasm: null });
});
