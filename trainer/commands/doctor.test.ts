import { expect, it } from 'vitest';
import { endOf, startInkling } from './command-fixture.ts';

// It plays steps on every engine, each in a process of its own.
it('tells what works here, a line each, having tried it', async () => {
  const { code, out } = await endOf(startInkling('doctor'));
  expect(code).toBe(0);
  const lines = out.trim().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual([
    ...['node', 'digits', 'nvidia gpu', 'engine cpu', 'engine webgpu', 'engine cuda', 'engine tensorflow'],
    ...['engine auto', 'versions'],
  ]);
  expect(lines[1]).toMatch(/ ok +60000 to train on and 10000 to test on, checksums right$/);
  expect(lines[3]).toMatch(/ ok +.*: a trial step in [\d.]+ ms$/);
  expect(lines[7]).toMatch(/ ok +(cpu|webgpu|cuda): /);
  for (const line of lines) expect(line).toMatch(/^\S+( \S+)? +(ok|missing) +\S/);
  expect(lines[8]).toMatch(/inkling \d.*onnxruntime-node \d/);
}, 120_000);
