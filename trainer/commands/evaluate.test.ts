import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readRun } from '../artifacts/reader.ts';
import { loadDigits } from '../data/digits.ts';
import { decodeGreyPng } from '../export/png-fixture.ts';
import { toy } from '../gan/toy-fixture.ts';
import { requiredMetricNames } from '../metrics/names.ts';
import { tinyName, trainTiny } from '../session/train-fixture.ts';
import { runCommand } from './command-fixture.ts';
import { evaluate } from './evaluate.ts';

// The real size would take most of a minute.
vi.mock('../metrics/names.ts', async (original) => ({
  ...(await original<typeof import('../metrics/names.ts')>()),
  finalSamples: 120,
  tstrSamples: 640,
}));

let artifacts: string;
/** Here is a run with classes, whose published weights are averages. */
let averaged: string;
beforeAll(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  await trainTiny({ artifacts, chosen: { epochs: 2, limit: 64 } });
  averaged = await mkdtemp(join(tmpdir(), 'inkling-'));
  await trainTiny({ artifacts: averaged, recipe: toy, chosen: { epochs: 2, limit: 64, emaDecay: 0.9 } });
});
afterAll(async () => {
  for (const folder of [artifacts, averaged]) await rm(folder, { recursive: true });
});

const score = (...flags: string[]) => {
  const where = flags.includes('--artifacts') ? [] : ['--artifacts', artifacts];
  return runCommand({ evaluate }, 'evaluate', '--run', tinyName, '--threads', '1', ...where, ...flags);
};
const recorded = async () => (await readRun(join(artifacts, tinyName))).metrics;

describe('the evaluate command', () => {
  it('writes the scores of the last generator into the run', async () => {
    const { code, out } = await score();
    expect(code).toBe(0);
    expect(out).toMatch(/^tiny, epoch 2: 120 digits against as many test digits, in /);
    expect(out).toMatch(/\nFCD-MNIST +[\d.]+ +lower is better\n/);
    expect(out).toContain('Written into run.json.');
    const metrics = await recorded();
    expect(Object.keys(metrics ?? {}).sort()).toEqual([...requiredMetricNames, 'samples', 'epoch'].sort());
    expect(metrics).toMatchObject({ samples: 120, epoch: 2 });
    expect(out).toMatch(/\nTSTR +n\/a /);
  });

  it('writes of each digit the sample closest to a training digit, beside that, as a picture too', async () => {
    await score();
    const directory = join(artifacts, tinyName);
    const { evaluation, files } = await readRun(directory);
    const { pairs, histogram } = evaluation!;
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(120);
    const drawn = histogram.flatMap((count, digit) => (count > 0 ? [digit] : []));
    expect(pairs.pairs.map(({ looksLike }) => looksLike)).toEqual(drawn);
    expect(files.map(({ path }) => path)).toContain(pairs.picture);
    const { pixels, width, height } = await decodeGreyPng(join(directory, pairs.picture));
    expect([width, height]).toEqual([drawn.length * 28, 2 * 28]);
    const cell = (row: number, column: number) =>
      Array.from(
        { length: 784 },
        (_, i) => pixels[(row * 28 + Math.floor(i / 28)) * width + column * 28 + (i % 28)]!,
      );
    const { train } = await loadDigits();
    for (const [column, { digit, distance }] of pairs.pairs.entries()) {
      const [above, below] = [cell(0, column), cell(1, column)];
      expect(below).toEqual([...train.images.subarray(digit * 784, (digit + 1) * 784)]);
      expect(distance).toBeCloseTo(Math.hypot(...above.map((ink, i) => (ink - below[i]!) / 255)), 6);
    }
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

  it('trains a classifier by the digits of a generator with classes', async () => {
    const { scores } = JSON.parse((await score('--artifacts', averaged, '--json')).out);
    expect(scores.tstr).toBeGreaterThan(0);
    expect(scores.tstr).toBeLessThan(0.5);
    expect((await readRun(join(averaged, tinyName))).metrics?.tstr).toBe(scores.tstr);
  }, 60_000);

  it('leaves that out where it is told to, or of fewer samples', async () => {
    const flags = ['--artifacts', averaged, '--json'];
    for (const quick of [
      ['--no-tstr', '--epoch', '1'],
      ['--samples', '100'],
    ])
      expect(JSON.parse((await score(...flags, ...quick)).out).scores).not.toHaveProperty('tstr');
  }, 60_000);

  it('scores the raw weights from the checkpoint, and leaves the record alone', async () => {
    const flags = ['--artifacts', averaged, '--samples', '100'];
    const published = JSON.parse((await score(...flags, '--json')).out);
    const raw = JSON.parse((await score(...flags, '--json', '--raw')).out);
    expect(raw).toMatchObject({ epoch: 2, raw: true, written: false });
    expect(raw.scores.fcd).not.toBe(published.scores.fcd);
    const { out } = await score(...flags, '--raw');
    expect(out).toMatch(/^tiny, epoch 2, raw weights: /);
    expect(out).toContain('Not written into run.json');
  }, 60_000);

  it('says in a sentence where there are no raw weights', async () => {
    const refused = async (...flags: string[]) => {
      const { code, err } = await score('--raw', ...flags);
      expect(code).toBe(2);
      expect(err).toMatch(/^inkling: [^\n]+\n$/);
      return err;
    };
    expect(await refused()).toContain('tiny averages no weights');
    const ofEpoch1 = await refused('--artifacts', averaged, '--epoch', '1');
    expect(ofEpoch1).toContain('tiny has the raw weights of step 8 only');
    await rm(join(averaged, tinyName, 'checkpoint.safetensors'));
    expect(await refused('--artifacts', averaged)).toBe(
      'inkling: The raw weights of tiny were in its checkpoint alone, which is missing or damaged; leave out --raw.\n',
    );
  });

  it('refuses an epoch without a generator, and a run of other data', async () => {
    expect(await score('--epoch', '7')).toMatchObject({
      code: 2,
      err: expect.stringContaining('tiny has no generator of epoch 7; it has those of the epochs 0, 1, 2.'),
    });
    const directory = join(artifacts, tinyName);
    const run = await readRun(directory);
    const letters = { ...run, data: { ...run.data, name: 'letters', sha256: 'a'.repeat(64) } };
    await writeFile(join(directory, 'run.json'), JSON.stringify(letters));
    const { code, err } = await score();
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^inkling: tiny was trained on letters, and scores are by [^\n]+\n$/),
    });
    await writeFile(join(directory, 'run.json'), JSON.stringify(run));
  });
});
