import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listRuns, readHistory } from '../artifacts/reader.ts';
import type { WarningInfo } from '../cli/progress.ts';
import { toy } from '../gan/toy-fixture.ts';
import type { EpochScores } from '../metrics/names.ts';
import { tinyName, trainTiny } from './train-fixture.ts';

// What a run does with scores; that they are right is tested beside them.
type Score = () => Promise<EpochScores>;
const scoring = vi.hoisted(() => ({ ready: async (): Promise<Score> => async () => ({}) as EpochScores }));
vi.mock('./scores.ts', async (original) => ({
  ...(await original<typeof import('./scores.ts')>()),
  createEpochScorer: () => scoring.ready(),
}));

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

const good: EpochScores = { fcd2k: 0.5, precision2k: 0.9, recall2k: 0.8, classTotalVariation2k: 0.03 };
const collapsed: EpochScores = { ...good, recall2k: 0 };

/** Trains with these scores, an epoch each, and gives what the user is told. */
async function trainScored(
  results: readonly (EpochScores | Error)[],
  { epochs = results.length, scoreEvery = 1 } = {},
): Promise<(string | WarningInfo)[]> {
  const left = [...results];
  scoring.ready = async () => async () => {
    const result = left.shift();
    if (!result || result instanceof Error) throw result ?? new Error('one score too many');
    return result;
  };
  const words: (string | WarningInfo)[] = [];
  const chosen = { epochs, scoreEvery, limit: 64 };
  const onWords = (said: string | WarningInfo) => void words.push(said);
  const end = await trainTiny({ artifacts, recipe: toy, chosen, onWords });
  expect(end.status).toBe('finished');
  expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'finished' } }]);
  return words;
}
const scoresOf = async () =>
  (await readHistory(join(artifacts, tinyName))).epochs.map(({ metrics }) => metrics);

it('epochs are scored as often as asked for, and the last always', async () => {
  await trainScored([good, collapsed], { epochs: 3, scoreEvery: 2 });
  expect(await scoresOf()).toEqual([undefined, good, collapsed]);
});

it('a run goes on without the scores of an epoch that cannot be scored, and says so', async () => {
  const words = await trainScored([good, new Error('out of memory\nin native code'), good]);
  expect(words).toEqual(['epoch 2 is not scored: out of memory']);
  expect(await scoresOf()).toEqual([good, undefined, good]);
});

it('a score that is no number is none', async () => {
  const words = await trainScored([{ ...good, fcd2k: Number.NaN }]);
  expect(words).toEqual(['epoch 1 is not scored: fcd2k is NaN']);
  expect(await scoresOf()).toEqual([undefined]);
});

it('a run goes on without any scores where nothing can be scored by', async () => {
  scoring.ready = async () => {
    throw new Error('the classifier is not the one that scores are made with');
  };
  const words: (string | WarningInfo)[] = [];
  const onWords = (said: string | WarningInfo) => void words.push(said);
  const end = await trainTiny({ artifacts, recipe: toy, chosen: { epochs: 1, limit: 64 }, onWords });
  expect(end.status).toBe('finished');
  expect(words).toEqual(['no epoch is scored: the classifier is not the one that scores are made with']);
});

it('a warning is given once, at the epoch where something begins to go wrong, and the run goes on', async () => {
  const words = await trainScored([good, collapsed, collapsed]);
  expect(words).toEqual([expect.objectContaining({ epoch: 2, kind: 'collapse' })]);
});
