import { expect, it } from 'vitest';
import { endOf, startInkling } from './command-fixture.ts';

it('tells what works here, a line each, having tried it', async () => {
  const { code, out } = await endOf(startInkling('doctor'));
  expect(code).toBe(0);
  const lines = out.trim().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual([
    ...['node', 'digits', 'engine cpu', 'engine webgpu', 'engine cuda', 'versions'],
  ]);
  expect(lines[1]).toMatch(/ ok +60000 to train on and 10000 to test on, checksums right$/);
  expect(lines[2]).toMatch(/ ok +.*: a product of matrices at \d+ GFLOP\/s$/);
  for (const line of lines) expect(line).toMatch(/^\S+( \S+)? +(ok|missing) +\S/);
  expect(lines[5]).toMatch(/inkling \d.*onnxruntime-node \d/);
});
