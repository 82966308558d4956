import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkpointFile, readCheckpoint } from '../artifacts/checkpoint.ts';
import { flip, writeTwoFiles } from '../artifacts/checkpoint-fixture.ts';
import { computedBy, tinyName, trainTiny } from '../session/train-fixture.ts';
import { runCommand } from './command-fixture.ts';
import { evaluate } from './evaluate.ts';
import { generate } from './generate.ts';
import { findResumed } from './resume.ts';

let folder: string;
let artifacts: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  await trainTiny({ artifacts: join(folder, 'whole'), chosen: { epochs: 2, limit: 64 }, stopAfter: 6 });
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  artifacts = join(folder, 'changed');
  await cp(join(folder, 'whole'), artifacts, { recursive: true });
});
afterEach(() => rm(artifacts, { recursive: true }));

const inRun = (path: string) => join(artifacts, tinyName, path);

async function edit(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(inRun(path), 'utf8');
  expect(text).toContain(from);
  await writeFile(inRun(path), text.replace(from, to));
}

describe.each(['models/0001/weights.bin', 'models/0001/model.json'])('a flipped bit in %s', (path) => {
  it('is a sentence of generate, which leaves nothing behind', async () => {
    await flip(inRun(path));
    const out = join(artifacts, 'drawn.png');
    const command = ['generate', '--run', tinyName, '--artifacts', artifacts, '--count', '3', '--out', out];
    const { code, err } = await runCommand({ generate }, ...command);
    expect([code, err]).toEqual([2, expect.stringContaining(`tiny/${path} is not the file that run.json`)]);
    expect(await readdir(artifacts)).not.toContain('drawn.png');
  });

  it('is a sentence of evaluate', async () => {
    await flip(inRun(path));
    const command = ['evaluate', '--run', tinyName, '--artifacts', artifacts, '--samples', '100'];
    const { code, err } = await runCommand({ evaluate }, ...command);
    expect([code, err]).toEqual([2, expect.stringContaining(`tiny/${path} is not the file that run.json`)]);
  });
});

it('generate asks for the latents and the range that the generator has', async () => {
  const command = [
    'generate',
    '--run',
    tinyName,
    '--artifacts',
    artifacts,
    '--out',
    join(artifacts, 'x.png'),
  ];
  await edit('run.json', '"range": [\n      -1,', '"range": [\n      0,');
  expect((await runCommand({ generate }, ...command)).err).toContain(
    'says that generator.range is 0,1, and -1,1',
  );
  await edit('run.json', '"range": [\n      0,', '"range": [\n      -1,');
  for (const place of ['config', 'generator']) {
    const text = await readFile(inRun('run.json'), 'utf8');
    const at = text.indexOf('"latentSize": 4', text.indexOf(`"${place}": {\n    "`));
    await writeFile(inRun('run.json'), `${text.slice(0, at)}"latentSize": 4000${text.slice(at + 15)}`);
  }
  expect((await runCommand({ generate }, ...command)).err).toContain(
    'model.json takes 4 numbers where run.json gives it 4000',
  );
});

describe('a run goes on', () => {
  it('from what was written', async () => {
    expect((await findResumed(artifacts, tinyName)).checkpoint).toMatchObject({ epoch: 1, step: 6 });
  });

  it('from the two files of an earlier version, which go once there is a newer checkpoint', async () => {
    const tiny = { chosen: { epochs: 2, limit: 64 } };
    await writeTwoFiles(inRun(''), await readCheckpoint(inRun('')));
    await rm(inRun(checkpointFile));
    await trainTiny({ ...tiny, artifacts, resume: true });
    expect(await readdir(inRun(''))).not.toContain('checkpoint');
    await trainTiny({ ...tiny, artifacts: join(folder, 'unbroken') });
    expect(await computedBy(artifacts)).toEqual(await computedBy(join(folder, 'unbroken')));
  });

  it('with other epochs in the record than in the checkpoint, as after a start that was cut off', async () => {
    await edit('run.json', '"epochs": 2', '"epochs": 5');
    expect((await findResumed(artifacts, tinyName)).run.config.epochs).toBe(5);
  });
});

describe('a run does not go on', () => {
  const fault = () =>
    findResumed(artifacts, tinyName).then(
      () => undefined,
      (error: unknown) => String(error),
    );

  it('after a flipped bit in its checkpoint', async () => {
    await flip(inRun(checkpointFile), 5000);
    expect(await fault()).toMatch(/checkpoint\.safetensors is not as it was written/);
  });

  it('after a flipped bit in its history', async () => {
    await edit('history.json', '"lossD":', '"lossG":');
    expect(await fault()).toMatch(/history\.json/);
    await rm(artifacts, { recursive: true });
    await cp(join(folder, 'whole'), artifacts, { recursive: true });
    await edit('history.json', '"every":1', '"every":3');
    expect(await fault()).toMatch(/history\.json is not the file that run\.json describes/);
  });

  it('with another game in its record than in its checkpoint', async () => {
    await edit('run.json', '"beta1": 0.9', '"beta1": 0.5');
    expect(await fault()).toMatch(
      /run\.json has --beta1 0\.5 and its checkpoint 0\.9: one of the two was changed/,
    );
  });

  it('with as many digits in its record that its checkpoint stands elsewhere', async () => {
    await edit('run.json', '"train": 64', '"train": 640');
    expect(await fault()).toMatch(/stands at epoch 1, step 6, and run\.json has 40 steps in an epoch/);
  });

  it('with another seed of its grids', async () => {
    await edit('run.json', '"grid": {\n    "seed": 1', '"grid": {\n    "seed": 3');
    expect(await fault()).toMatch(/says that grid\.seed is 3, and 1 follows from its settings/);
  });
});
