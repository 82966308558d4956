import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRuns } from '../../trainer/artifacts/reader.ts';
import { writeWholeRun } from '../../trainer/artifacts/whole-run-fixture.ts';
import { faultsOf } from './artifacts.ts';
import { publishRuns } from './publish.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-site-'));
  await mkdir(join(folder, 'runs', 'torn'), { recursive: true });
  await writeFile(join(folder, 'runs', 'torn', 'run.json'), '{"schemaVersion": 1,');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a broken run is warned of, by file and fault', async () => {
  const faults = faultsOf(await listRuns(join(folder, 'runs')), { strict: false });
  expect(faults).toEqual([expect.stringMatching(/^torn\/run\.json is not JSON/)]);
});

test('a strict build fails with that sentence', async () => {
  const entries = await listRuns(join(folder, 'runs'));
  expect(() => faultsOf(entries, { strict: true })).toThrow(/^torn\/run\.json is not JSON/);
});

test('no artifacts at all are no fault, not even to a strict build', async () => {
  const entries = await listRuns(join(folder, 'nowhere'));
  expect(faultsOf(entries, { strict: true })).toEqual([]);
});

test('a broken run is not published', async () => {
  const runs = join(folder, 'runs');
  expect(await publishRuns(runs, await listRuns(runs), join(folder, 'dist'))).toEqual({
    published: 0,
    faults: [],
  });
  expect(existsSync(join(folder, 'dist', 'data', 'torn'))).toBe(false);
});

test('a run is published as its record lists it, the record as our schema reads it', async () => {
  const runs = join(folder, 'whole');
  const directory = await writeWholeRun(runs);
  const record = JSON.parse(await readFile(join(directory, 'run.json'), 'utf8'));
  await writeFile(join(directory, 'run.json'), JSON.stringify(record, null, 7));
  const listed = await listRuns(runs, { contents: true });
  // What takes the place of a file after it was checked is not published for it.
  await rm(join(directory, 'reals.png'));
  await symlink('/etc/passwd', join(directory, 'reals.png'));
  const site = join(folder, 'published');
  const { published, faults } = await publishRuns(runs, listed, site);
  expect(faults).toEqual([expect.stringMatching(/reals\.png is a link/)]);
  expect(existsSync(join(site, 'data/toy/reals.png'))).toBe(false);
  expect(existsSync(join(site, 'data/toy/checkpoint.safetensors'))).toBe(false);
  expect(published).toBe(listed[0]?.run?.files.length);
  expect(JSON.parse(await readFile(join(site, 'data/toy/run.json'), 'utf8'))).toEqual(record);
});

test('of a run that goes on the history is published that its pages show', async () => {
  const runs = join(folder, 'going');
  const directory = await writeWholeRun(runs);
  const file = (name: string) => join(directory, name);
  const record = JSON.parse(await readFile(file('run.json'), 'utf8'));
  await writeFile(file('run.json'), JSON.stringify({ ...record, status: 'running', endedAt: null }));
  const listed = await listRuns(runs, { contents: true });
  const shown = JSON.parse(await readFile(file('history.json'), 'utf8'));
  await writeFile(file('history.json'), JSON.stringify({ ...shown, epochs: [] }));
  const site = join(folder, 'published-going');
  expect(await publishRuns(runs, listed, site)).toMatchObject({ faults: [] });
  expect(JSON.parse(await readFile(join(site, 'data/toy/history.json'), 'utf8'))).toEqual(shown);
});
