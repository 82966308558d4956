import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listRuns, readHistory, readRun } from '../artifacts/reader.ts';
import { endOf, eventsOf, runCommand, startInkling, writeDigits } from './command-fixture.ts';
import { runs } from './runs.ts';
import { train } from './train.ts';

const tiny = '--recipe mlp --latent-size 4 --batch 10 --limit 100 --engine cpu --threads 1'.split(' ');
const trainTiny = (...flags: string[]) =>
  runCommand({ train }, 'train', ...tiny, '--artifacts', artifacts, ...flags);
const resume = (...flags: string[]) =>
  runCommand({ train }, 'train', '--artifacts', artifacts, '--resume', 'first', ...flags);

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

describe('the train command', () => {
  it('tells machines how it goes in lines of JSON, and leaves a whole run', async () => {
    const child = startInkling('train', ...tiny, '--epochs', '2', '--artifacts', artifacts, '--json');
    const { code, out, err } = await endOf(child);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const events = eventsOf(out);
    expect(events[0]).toMatchObject({ event: 'start', run: 'mlp', epochs: 2, stepsPerEpoch: 10, step: 0 });
    expect(events.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(events.at(-1)).toMatchObject({ event: 'end', status: 'finished', step: 20, message: null });
    expect(await listRuns(artifacts)).toMatchObject([{ name: 'mlp', run: { status: 'finished' } }]);
    const { files, origins, versions, engine } = await readRun(join(artifacts, 'mlp'));
    expect(files.map(({ path }) => path)).toEqual([
      ...['epochs/0000.png', 'epochs/0002.png', 'history.json', 'models/0000/model.json'],
      ...['models/0000/weights.bin', 'models/0002/model.json', 'models/0002/weights.bin', 'reals.png'],
    ]);
    expect(origins).toMatchObject({ limit: 'chosen', seed: 'assumed', outputActivation: 'stated' });
    expect(Object.keys(versions)).toEqual(['inkling', 'node', '@tensorflow/tfjs', 'onnxruntime-node']);
    expect(engine).toMatchObject({ requested: 'cpu', used: 'onnxruntime', provider: 'cpu', threads: 1 });
  });

  it('numbers the runs of a recipe', async () => {
    for (const name of ['mlp', 'mlp-2']) {
      expect((await trainTiny('--epochs', '1')).err).toContain(`finished: 1 epoch, 10 steps in`);
      expect(await readdir(artifacts)).toContain(name);
    }
  });

  it('rehearses without writing anything', async () => {
    const rehearsed = await trainTiny('--dry-run', '--epochs', '1');
    expect(rehearsed.code).toBe(0);
    expect(rehearsed.err).toMatch(
      /^dry run: mlp runs with ONNX Runtime on the CPU, .* images\/s, .* an epoch, .*; nothing was written\n$/,
    );
    expect(await readdir(artifacts)).toEqual([]);
  });

  it('ends with code 3 when the run diverges', async () => {
    const { code, err } = await trainTiny('--epsilon', '1e-50');
    expect(code).toBe(3);
    expect(err).toMatch(
      /diverged: 0 epochs, \d step.*\n.* is NaN at step \d: .*Try a lower --learning-rate-g.*Epoch 0/,
    );
    expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'diverged' } }]);
  });

  it('ends with code 1 and one sentence where a folder cannot be made', async () => {
    await writeFile(join(artifacts, 'file'), '');
    const { code, err } = await runCommand(
      { train },
      ...['train', ...tiny, '--artifacts', join(artifacts, 'file', 'inside')],
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^inkling: A file stands where a folder is wanted \(.*\); name another folder\.\n$/);
  });
});

describe('the train command with --resume', () => {
  let template: string;
  beforeAll(async () => {
    template = await mkdtemp(join(tmpdir(), 'inkling-'));
    const flags = ['--name', 'first', '--epochs', '1', '--rate-at-end', '.5', '--artifacts', template];
    await runCommand({ train }, 'train', ...tiny, ...flags);
    return () => rm(template, { recursive: true });
  });
  beforeEach(() => cp(template, artifacts, { recursive: true }));

  const recordStatus = async (status: string) => {
    const path = join(artifacts, 'first', 'run.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"finished"', `"${status}"`));
  };

  it('goes on with a run that is recorded under the name of a folder, as its data are the same', async () => {
    const path = join(artifacts, 'first', 'run.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"name": "mnist"', '"name": "my-digits"'));
    expect((await readRun(join(artifacts, 'first'))).data.name).toBe('my-digits');
    expect((await resume('--epochs', '2')).code).toBe(0);
  });

  it('trains a finished run for more epochs', async () => {
    const { code, err } = await resume('--epochs', '3');
    expect(code).toBe(0);
    expect(err).toContain(
      'With 3 epochs in place of 1, the share left of the learning rates goes from 0.50 to 0.8',
    );
    expect(err).toContain('first: mlp, 3 epochs of 10 steps, 10 digits each, from step 10 on;');
    expect((await readHistory(join(artifacts, 'first'))).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(await readRun(join(artifacts, 'first'))).toMatchObject({
      ...{ status: 'finished', config: { epochs: 3, limit: 100 }, origins: { epochs: 'chosen' } },
    });
  });

  it.each([
    ['was killed', 'running', 'cut off'],
    ['met an error', 'stopped', 'stopped'],
  ])('ends a run that %s after its last step', async (_, status, listed) => {
    await recordStatus(status);
    expect((await runCommand({ runs }, 'runs', '--artifacts', artifacts)).out).toMatch(
      new RegExp(`first +mlp +${listed} +epoch 1/1`),
    );
    expect((await resume()).code).toBe(0);
    expect((await runCommand({ runs }, 'runs', '--artifacts', artifacts)).out).toMatch(
      /first +mlp +finished +epoch 1\/1/,
    );
  });

  it.each([
    ['what is finished', [], 'first has done 1 of 1 epochs; ask for more with --epochs to train it further.'],
    [
      'another seed',
      ['--seed', '7'],
      "first was trained with --seed 1, and a resumed run can't change that to 7;",
    ],
    ['another recipe', ['--recipe', 'conditional'], 'first was trained with --recipe mlp,'],
    ['other data', ['--epochs', '2', '--data', 'BLANK'], 'first was trained on mnist and this is idx-'],
  ])('refuses %s', async (_, flags, sentence) => {
    const blank = join(artifacts, '.data', 'blank');
    if (flags.includes('BLANK')) {
      await cp(template, join(artifacts, '.data'), { recursive: true });
      await writeDigits(blank, { count: 100, classes: 10 });
    }
    const before = await readFile(join(artifacts, 'first', 'run.json'), 'utf8');
    const { code, err } = await resume(...flags.map((flag) => flag.replace('BLANK', blank)));
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(await readFile(join(artifacts, 'first', 'run.json'), 'utf8')).toBe(before);
  });

  it('refuses a run that another process trains', async () => {
    const lock = { pid: process.ppid, host: hostname() };
    await writeFile(join(artifacts, 'first', 'training.lock'), JSON.stringify(lock));
    const { code, err } = await resume('--epochs', '2');
    expect(code).toBe(2);
    expect(err).toBe(
      `inkling: first is being trained by process ${lock.pid} on ${lock.host}; wait for it, or stop it first.\n`,
    );
  });

  it('offers the nearest name, and refuses one that is taken', async () => {
    const near = await runCommand({ train }, 'train', '--artifacts', artifacts, '--resume', 'fist');
    expect(near).toMatchObject({ code: 2, err: expect.stringContaining('There is no run fist in') });
    expect(near.err).toContain('did you mean first?');
    const taken = await trainTiny('--name', 'first');
    expect(taken).toMatchObject({ code: 2, err: expect.stringContaining('There is a run first already;') });
  });
});
