import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listRuns, readRun } from '../artifacts/reader.ts';
import { type DigitData, loadDigits } from '../data/digits.ts';
import { tinyName, trainTiny } from '../session/train-fixture.ts';
import { scoreFinished } from './score-finished.ts';

// The real size would take most of a minute.
vi.mock('../metrics/names.ts', async (original) => ({
  ...(await original<typeof import('../metrics/names.ts')>()),
  finalSamples: 120,
}));

let template: string;
let digits: DigitData;
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'inkling-'));
  await trainTiny({ artifacts: template, chosen: { epochs: 1, limit: 64 } });
  digits = await loadDigits();
});
afterAll(() => rm(template, { recursive: true }));

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  await cp(template, artifacts, { recursive: true });
});
afterEach(() => rm(artifacts, { recursive: true }));

/** Scores the run, and gives the exit code and what was said. */
async function scored(onNote: (text: string) => void = () => undefined) {
  const notes: string[] = [];
  const note = (text: string) => {
    notes.push(text);
    onNote(text);
  };
  const code = await scoreFinished({ artifacts, name: tinyName, digits, threads: 1, reporter: { note } });
  return { code, notes };
}

describe('a run that has just finished', () => {
  it('gets its scores, and a word on them', async () => {
    const { code, notes } = await scored();
    expect(code).toBe(0);
    expect(notes).toEqual([
      expect.stringMatching(/^scoring 120 digits .* Ctrl-C/),
      expect.stringMatching(
        new RegExp(
          `^FCD-MNIST [\\d.]+, precision .* npm run evaluate -- --run tiny --artifacts ${artifacts}$`,
        ),
      ),
    ]);
    expect(await listRuns(artifacts)).toMatchObject([
      { run: { status: 'finished', metrics: { samples: 120 }, evaluation: { epoch: 1 } } },
    ]);
  });

  it('stays as it is on Ctrl-C, at once', async () => {
    const record = await readFile(join(artifacts, tinyName, 'run.json'), 'utf8');
    const { code, notes } = await scored((text) => {
      if (text.startsWith('scoring')) setImmediate(() => process.emit('SIGINT', 'SIGINT'));
    });
    expect(code).toBe(130);
    expect(notes.at(-2)).toBe('leaving the scores out');
    expect(notes.at(-1)).toMatch(
      /^tiny is finished, but not scored \(stopped by the user\); .* npm run evaluate -- --run tiny/,
    );
    expect(await readFile(join(artifacts, tinyName, 'run.json'), 'utf8')).toBe(record);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('stays valid when scoring fails, and says why in one sentence', async () => {
    await mkdir(join(artifacts, tinyName, 'nearest.png'));
    const { code, notes } = await scored();
    expect(code).toBe(0);
    expect(notes.at(-1)).toMatch(
      /^tiny is finished, but not scored \(A folder stands where a file is wanted \([^)]+\); [^\n]+\); to score it: npm run evaluate/,
    );
    expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'finished', metrics: null } }]);
    expect((await readRun(join(artifacts, tinyName))).evaluation).toBeNull();
  });
});
