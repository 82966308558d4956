import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listRuns } from './reader.ts';
import { detailsOf, findingsOf } from './run-fixture.ts';
import { scoreRun } from './score.ts';
import { openRun } from './writer.ts';

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

/** The run toy, whose epochs from 1 on each have a generator. */
async function finishedRun(epochs: number): Promise<void> {
  const writer = await openRun({ artifacts, details: detailsOf('toy') });
  const model = { json: '{}', weights: Uint8Array.of(1) };
  for (let epoch = 1; epoch <= epochs; epoch++)
    await writer.publishEpoch({ epoch, step: epoch, grid: Uint8Array.of(epoch), model });
  await writer.finish('finished', null);
}

describe('a finished run', () => {
  it('can be scored', async () => {
    await finishedRun(1);
    await scoreRun(artifacts, 'toy', findingsOf(1.5));
    const [scored] = await listRuns(artifacts);
    expect(scored?.run).toMatchObject({
      metrics: { fcd: 1.5 },
      evaluation: { samples: 3, pairs: { picture: 'nearest.png', pairs: [{ index: 2, digit: 7 }] } },
    });
    expect(scored?.run?.files).toContainEqual(expect.objectContaining({ path: 'nearest.png', bytes: 4 }));
    const { files, metrics } = await scoreRun(artifacts, 'toy', findingsOf(1.25, { bytes: 6 }));
    expect(metrics).toEqual({ fcd: 1.25, epoch: 1 });
    expect(files.filter(({ path }) => path === 'nearest.png')).toMatchObject([{ bytes: 6 }]);
  });

  it('keeps the TSTR of its generator when it is scored without', async () => {
    await finishedRun(1);
    const found = findingsOf(1.5);
    await scoreRun(artifacts, 'toy', { ...found, metrics: { ...found.metrics, tstr: 0.97 } });
    expect((await scoreRun(artifacts, 'toy', found)).metrics).toEqual({ fcd: 1.5, epoch: 1, tstr: 0.97 });
  });

  it('is not given the scores of an earlier generator', async () => {
    await finishedRun(2);
    await expect(scoreRun(artifacts, 'toy', findingsOf(1.5))).rejects.toThrow('toy was trained further');
    expect((await listRuns(artifacts))[0]?.run?.metrics).toBeNull();
  });

  it('keeps the scores that it has when others are no numbers', async () => {
    await finishedRun(1);
    await scoreRun(artifacts, 'toy', findingsOf(1.5));
    const before = await listRuns(artifacts);
    await expect(scoreRun(artifacts, 'toy', findingsOf(Number.NaN, { bytes: 6 }))).rejects.toThrow(
      'metrics.fcd',
    );
    expect(await listRuns(artifacts)).toEqual(before);
  });
});
