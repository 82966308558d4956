import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EndStatus } from '../artifacts/records.ts';
import type { RunEnd, TrainRunOptions } from '../session/run.ts';
import { runCommand } from './command-fixture.ts';
import { scoreFinished } from './score-finished.ts';
import { train } from './train.ts';

// Which runs are scored at their end; what scoring does is tested beside it.
const ending = vi.hoisted(() => ({ status: 'finished' as EndStatus }));
vi.mock('../session/run.ts', () => ({
  trainRun: async ({ name, artifacts }: TrainRunOptions): Promise<RunEnd> => ({
    ...{ run: name, status: ending.status, epochs: 1, step: 1, seconds: 1, message: null },
    folder: join(artifacts, name),
  }),
}));
vi.mock('./score-finished.ts', () => ({ scoreFinished: vi.fn(async () => 130) }));

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  ending.status = 'finished';
  vi.mocked(scoreFinished).mockClear();
});
afterEach(() => rm(artifacts, { recursive: true }));

const command = (...flags: string[]) =>
  runCommand({ train }, 'train', '--recipe', 'mlp', '--threads', '1', '--artifacts', artifacts, ...flags);

it('a finished run of all digits is scored, and the scoring decides the exit code', async () => {
  const { code, err } = await command();
  expect(code).toBe(130);
  expect(err).toContain('finished: 1 epoch');
  expect(scoreFinished).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ artifacts, name: 'mlp', threads: 1 }),
  );
  expect(vi.mocked(scoreFinished).mock.calls[0]?.[0].digits.train.count).toBe(60_000);
});

it.each([
  ['its user wants none', ['--no-evaluate'], 'finished'],
  ['its epochs are not', ['--score-every', '0'], 'finished'],
  ['it learned from some of the digits', ['--limit', '1000'], 'finished'],
  ['it was stopped', [], 'stopped'],
  ['it diverged', [], 'diverged'],
] as const)('a run is not scored where %s', async (_, flags, status) => {
  ending.status = status;
  const { code } = await command(...flags);
  expect(scoreFinished).not.toHaveBeenCalled();
  expect(code).toBe({ finished: 0, stopped: 130, diverged: 3 }[status]);
});
