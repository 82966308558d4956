import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readRun } from '../artifacts/reader.ts';
import { writeRecord } from '../artifacts/run-folder.ts';
import { metricNames } from '../metrics/names.ts';
import { tinyName, trainTiny } from '../train-fixture.ts';
import { runCommand } from './command-fixture.ts';
import { evaluate } from './evaluate.ts';

// The real size would take most of a minute.
vi.mock('../metrics/names.ts', async (original) => ({
  ...(await original<typeof import('../metrics/names.ts')>()),
  finalSamples: 120,
}));

let artifacts: string;
beforeAll(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  await trainTiny({ artifacts, chosen: { epochs: 2, limit: 64 } });
});
afterAll(() => rm(artifacts, { recursive: true }));

const score = (...flags: string[]) =>
  runCommand(
    { evaluate },
    'evaluate',
    '--run',
    tinyName,
    '--artifacts',
    artifacts,
    '--threads',
    '1',
    ...flags,
  );
const recorded = async () => (await readRun(join(artifacts, tinyName))).metrics;

describe('the evaluate command', () => {
  it('writes the scores of the last generator into the run', async () => {
    const { code, out } = await score();
    expect(code).toBe(0);
    expect(out).toMatch(/^tiny, epoch 2: 120 digits against as many test digits, in /);
    expect(out).toMatch(/\nFCD-MNIST +[\d.]+ +lower is better\n/);
    expect(out).toContain('Written into run.json.');
    const metrics = await recorded();
    expect(Object.keys(metrics ?? {}).sort()).toEqual([...metricNames, 'samples', 'epoch'].sort());
    expect(metrics).toMatchObject({ samples: 120, epoch: 2 });
  });

  it('prints the scores of another epoch or number, and leaves the record alone', async () => {
    const before = await recorded();
    const epoch = JSON.parse((await score('--epoch', '0', '--json')).out);
    expect(epoch).toMatchObject({ run: tinyName, epoch: 0, samples: 120, written: false });
    const fewer = await score('--samples', '100');
    expect(fewer.out).toContain('Scores of 100 samples have no anchors');
    expect(fewer.out).toContain('Not written into run.json');
    expect(await recorded()).toEqual(before);
  });

  it('gives the same scores each time', async () => {
    const before = await recorded();
    const { scores, written } = JSON.parse((await score('--json')).out);
    expect(written).toBe(true);
    expect(before).toMatchObject(scores);
    expect(await recorded()).toEqual(before);
  });

  it('refuses an epoch without a generator, and a run of other data', async () => {
    expect(await score('--epoch', '7')).toMatchObject({
      code: 2,
      err: expect.stringContaining('tiny has no generator of epoch 7; it has those of the epochs 0, 1, 2.'),
    });
    const directory = join(artifacts, tinyName);
    const run = await readRun(directory);
    await writeRecord(directory, { ...run, data: { ...run.data, name: 'letters', sha256: 'a'.repeat(64) } });
    const { code, err } = await score();
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^inkling: tiny was trained on letters, and scores are by [^\n]+\n$/),
    });
    await writeRecord(directory, run);
  });
});
