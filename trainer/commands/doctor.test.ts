import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadDigits } from '../data/digits.ts';
import { quickNames } from '../engines/registry.ts';
import { endOf, startInkling } from './command-fixture.ts';
import { exitCodeOf, tryExport, tryScore } from './doctor.ts';

// It plays steps on every engine, each in a process of its own.
it('tells what works here, a line each, having tried it', async () => {
  const { code, out } = await endOf(startInkling('doctor'));
  expect(code).toBe(0);
  const lines = out.trim().split('\n');
  const names = lines.map((line) => line.split(/ {2,}/)[0]!);
  expect(names).toEqual([
    ...['node', 'digits', 'nvidia gpu', ...quickNames.map((name) => `engine ${name}`)],
    ...['engine auto', 'export', 'grid', 'score', 'versions'],
  ]);
  expect(quickNames).toEqual(expect.arrayContaining(['cpu', 'webgpu', 'cuda', 'tensorflow']));
  for (const line of lines) expect(line).toMatch(/^\S+( \S+)? +(ok|missing) +\S/);
  const verdicts = Object.fromEntries(names.map((name, i) => [name, lines[i]!.slice(name.length).trim()]));
  expect(verdicts).toMatchObject({
    digits: expect.stringMatching(/^ok +60000 to train on and 10000 to test on, checksums right$/),
    'engine cpu': expect.stringMatching(/^ok +ONNX Runtime on the CPU, .*: a trial step in [\d.]+ ms$/),
    'engine auto': expect.stringMatching(/^ok +(cpu|webgpu|cuda): /),
    export: expect.stringMatching(/^ok +a generator of \d+ bytes in float16, written and loaded again$/),
    grid: expect.stringMatching(/^ok +a PNG of 140 × 56 pixels$/),
    score: expect.stringMatching(/^ok +1000 real digits: FCD \d+\.\d+, 9\d\.\d % read right$/),
    versions: expect.stringMatching(/inkling \d.*onnxruntime-node \d/),
  });
}, 120_000);

it('fails where something is missing that every training needs', () => {
  for (const what of ['digits', 'engine cpu', 'export', 'grid', 'score']) {
    expect(
      exitCodeOf([
        ['node', 'ok', 'v24'],
        [what, 'missing', 'it says why'],
      ]),
    ).toBe(1);
  }
  expect(
    exitCodeOf([
      ['engine webgpu', 'missing', 'no GPU'],
      ['export', 'ok', 'written'],
    ]),
  ).toBe(0);
});

describe('trying an export', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('says why it cannot be written', async () => {
    for (const name of ['TMPDIR', 'TEMP', 'TMP'])
      vi.stubEnv(name, join(import.meta.dirname, 'no-such-folder'));
    await expect(tryExport()).rejects.toThrow(/ENOENT.*no-such-folder/);
  });
});

it('says why real digits do not score as such', async () => {
  const { test } = await loadDigits();
  const labels = test.labels.map((digit) => (digit + 1) % 10);
  await expect(tryScore({ ...test, labels })).rejects.toThrow(
    /real digits score as none: FCD .*, 0\.\d % read right/,
  );
});
