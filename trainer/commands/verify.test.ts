import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { checkpointFile } from '../artifacts/checkpoint.ts';
import { flip, writeTwoFiles } from '../artifacts/checkpoint-fixture.ts';
import { readRun } from '../artifacts/reader.ts';
import { fileEntry, withFiles } from '../artifacts/records.ts';
import { tinyCheckpoint, writeWholeRun } from '../artifacts/whole-run-fixture.ts';
import { runCommand } from './command-fixture.ts';
import { verify } from './verify.ts';

let whole: string;
let artifacts: string;
let directory: string;
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), 'inkling-'));
  await writeWholeRun(whole);
});
afterAll(() => rm(whole, { recursive: true }));
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  await cp(whole, artifacts, { recursive: true });
  directory = join(artifacts, 'toy');
});
afterEach(() => rm(artifacts, { recursive: true }));

const ask = (...flags: string[]) => runCommand({ verify }, 'verify', '--artifacts', artifacts, ...flags);

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(directory, path), 'utf8');
  expect(change(text)).not.toBe(text);
  await writeFile(join(directory, path), change(text));
}

it('says of a whole run what it is made of', async () => {
  const { code, out, err } = await ask();
  expect(out).toBe(
    'toy: whole: 14 files, 0.1 MB; 1 generator drew a digit; checkpoint of epoch 2, step 20\n',
  );
  expect([code, err]).toEqual([0, '']);
});

it('takes the two files that an earlier version kept a checkpoint in for one, until there is a newer', async () => {
  await rm(join(directory, checkpointFile));
  await writeTwoFiles(directory, tinyCheckpoint);
  const { code, out } = await ask();
  expect([code, out]).toEqual([0, expect.stringMatching(/checkpoint of epoch 2, step 20\n$/)]);
  await rm(join(directory, 'checkpoint/state.json'));
  expect((await ask()).out).toMatch(/ {2}toy cannot go on: it has no checkpoint; train it again/);
});

it('draws with every generator of a run that is named', async () => {
  const { out } = await ask('--run', 'toy', '--json');
  expect(JSON.parse(out)).toMatchObject({
    run: 'toy',
    generators: [0, 1, 2],
    checkpoint: { step: 20 },
    faults: [],
  });
});

it('lists every fault of a run by its file, and goes on with the other runs', async () => {
  await cp(directory, join(artifacts, 'other'), { recursive: true });
  await rm(join(directory, 'reals.png'));
  await writeFile(join(directory, 'epochs/0001.png'), 'no picture');
  await flip(join(directory, checkpointFile));
  const { code, out } = await ask();
  expect(code).toBe(1);
  const [other, toy, ...faults] = out.trimEnd().split('\n');
  expect(other).toMatch(/^other: whole: /);
  expect(toy).toMatch(/^toy: 3 faults: .*no checkpoint$/);
  expect(faults).toEqual([
    expect.stringMatching(/^ {2}toy\/epochs\/0001\.png has 10 bytes and run\.json says \d+; put/),
    expect.stringMatching(/^ {2}toy\/reals\.png is missing/),
    expect.stringMatching(/^ {2}toy cannot go on: checkpoint\.safetensors is not as it was written/),
  ]);
});

it('finds a record that cannot be read', async () => {
  await edit('run.json', (text) => text.replace('"rows": 2', '"rows": 2000000000'));
  const { code, out } = await ask();
  expect(code).toBe(1);
  expect(out).toMatch(/ {2}toy\/run\.json is not as Inkling writes it: grid\.rows: /);
});

it('finds a record whose settings are not those of its checkpoint, or that contradicts itself', async () => {
  await edit('run.json', (text) => text.replace('"learningRateG": 0.0002', '"learningRateG": 0.002'));
  expect((await ask()).out).toMatch(/toy\/run\.json has --learning-rate-g 0\.002 and its checkpoint 0\.0002/);
  await edit('run.json', (text) =>
    text.replace('"latentSize": 9,\n    "classes"', '"latentSize": 8,\n    "classes"'),
  );
  expect((await ask()).out).toMatch(/says that generator\.latentSize is 8, and 9 follows from its settings/);
});

it('finds a history of other steps than the record', async () => {
  const run = await readRun(directory);
  const text = await readFile(join(directory, 'history.json'), 'utf8');
  const changed = text.replace('"epoch":2,"step":20', '"epoch":2,"step":21');
  await writeFile(join(directory, 'history.json'), changed);
  await writeFile(
    join(directory, 'run.json'),
    JSON.stringify(withFiles(run, [fileEntry('history.json', changed)])),
  );
  const { code, out } = await ask();
  expect(code).toBe(1);
  expect(out).toMatch(/history\.json has 21 steps at epoch 2, and run\.json 20/);
});

it.each([
  [
    'a layer that no generator has',
    '"class_name":"Dense"',
    '"class_name":"Lambda"',
    /has a layer .* a Lambda/,
  ],
  ['a billion units', '"units":784', '"units":1000000000', /settings of the layer g_dense/],
  [
    'other units than its weights',
    '"units":784',
    '"units":785',
    /settings of|lists no weight g_dense\/kernel/,
  ],
  [
    'no digit to draw',
    '"target_shape":[28,28,1]',
    '"target_shape":[14,56,1]',
    /draws \[14, 56, 1\] where a digit is/,
  ],
  ['another input', '[null,9]', '[null,8]', /lists no weight g_dense\/kernel/],
])('finds a generator of %s, before anything is made of it', async (_, from, to, sentence) => {
  const path = 'models/0002/model.json';
  await edit(path, (text) => text.replace(from, to));
  const entry = fileEntry(path, await readFile(join(directory, path)));
  await writeFile(join(directory, 'run.json'), JSON.stringify(withFiles(await readRun(directory), [entry])));
  const { code, out } = await ask();
  expect(code).toBe(1);
  expect(out).toMatch(sentence);
});

it('tells of what lies there unlisted, which is no fault', async () => {
  await writeFile(join(directory, 'notes.txt'), 'mine');
  const { code, out } = await ask();
  expect(code).toBe(0);
  expect(out).toMatch(/\n {2}not listed, and neither read nor published: notes\.txt\n$/);
});

it('refuses a run that is not there, and says where there are none', async () => {
  expect(await ask('--run', 'toi')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/did you mean toy\?/),
  });
  await rm(directory, { recursive: true });
  expect(await ask()).toMatchObject({ code: 0, out: expect.stringMatching(/^There are no runs in/) });
});
