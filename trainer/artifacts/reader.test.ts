import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { findRun, listRuns, readHistory, readRun } from './reader.ts';
import { detailsOf, recordOf } from './run-fixture.ts';
import { openRun } from './writer.ts';

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

const png = Uint8Array.of(1, 2, 3);

/** A finished run of one epoch, started in this year. */
async function makeRun(name: string, year = 2030): Promise<string> {
  const now = () => new Date(`${year}-01-01T00:00:00Z`);
  const writer = await openRun({ artifacts, details: detailsOf(name), now });
  await writer.writeReals(png);
  await writer.record(recordOf(1));
  await writer.publishEpoch({ epoch: 1, step: 10, grid: png, model: { json: '{}', weights: png } });
  await writer.finish('finished', null);
  return writer.directory;
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

async function faultAfter(breakIt: (directory: string) => Promise<void>): Promise<string | undefined> {
  await breakIt(await makeRun('toy'));
  const [listed, ...others] = await listRuns(artifacts);
  expect(others).toEqual([]);
  expect(listed?.name).toBe('toy');
  expect(listed?.run).toBeUndefined();
  return listed?.fault;
}

describe('listRuns', () => {
  it('tells a run that is being trained from one whose training was killed', async () => {
    const { directory } = await openRun({ artifacts, details: detailsOf('toy') });
    const statusAfter = async (holder: object) => {
      await writeFile(join(directory, 'training.lock'), JSON.stringify(holder));
      return (await listRuns(artifacts)).map(({ status }) => status);
    };
    expect(await statusAfter({ pid: process.ppid, host: hostname() })).toEqual(['running']);
    expect(await statusAfter({ pid: 2 ** 30, host: hostname() })).toEqual(['cut off']);
  });

  it('finds no runs in a folder that is missing or empty', async () => {
    expect(await listRuns(join(artifacts, 'none'))).toEqual([]);
    expect(await listRuns(artifacts)).toEqual([]);
  });

  it('gives runs newest first and the broken ones last', async () => {
    await makeRun('older', 2029);
    await makeRun('newest', 2031);
    await makeRun('middle', 2030);
    await mkdir(join(artifacts, 'broken'));
    const listed = await listRuns(artifacts);
    expect(listed.map(({ name }) => name)).toEqual(['newest', 'middle', 'older', 'broken']);
    expect(listed[0]?.run?.epochs).toHaveLength(1);
    expect(listed[0]?.history?.epochs).toEqual([recordOf(1)]);
    expect(listed[3]?.fault).toMatch(/^broken\/run\.json is missing;/);
  });

  it('looks past plain files and what was never finished', async () => {
    await writeFile(join(artifacts, 'index.json'), '{}');
    await writeFile(join(artifacts, '.gitkeep'), '');
    await mkdir(join(artifacts, '.toy.tmp-0123456789ab'));
    expect(await listRuns(artifacts)).toEqual([]);
  });

  it('passes over folders that are no runs', async () => {
    for (const name of ['lost+found', '__MACOSX', 'System Volume Information', '$RECYCLE.BIN', 'Notes'])
      await mkdir(join(artifacts, name));
    for (const name of ['.ipynb_checkpoints', '__MACOSX/toy', '.git/epochs'])
      await mkdir(join(artifacts, name), { recursive: true });
    await symlink(join(artifacts, 'index.json'), join(artifacts, 'Nowhere'));
    expect(await listRuns(artifacts)).toEqual([]);
  });

  it('tells of a run that is not there, and of one that lies in a folder of another name', async () => {
    await mkdir(join(artifacts, 'empty'));
    await mkdir(join(artifacts, 'Old runs/models'), { recursive: true });
    await symlink(join(artifacts, 'nowhere'), join(artifacts, 'gone'));
    const faults = (await listRuns(artifacts)).map(({ fault }) => fault);
    expect(faults).toEqual([
      expect.stringMatching(/^The folder Old runs is not named as a run: its name must be lower case/),
      expect.stringMatching(/^empty\/run\.json is missing/),
      expect.stringMatching(/^gone\/run\.json is missing/),
    ]);
  });

  it('reads a run that goes, even when its history is newer than its record', async () => {
    const writer = await openRun({ artifacts, details: detailsOf('toy') });
    const before = await readFile(join(writer.directory, 'run.json'));
    await writer.record(recordOf(1));
    await writeFile(join(writer.directory, 'run.json'), before);
    const [listed] = await listRuns(artifacts);
    expect(listed?.run?.status).toBe('running');
    expect(listed?.history?.epochs).toHaveLength(1);
  });

  it('calls a renamed, copied or linked run by the name of its folder', async () => {
    const directory = await makeRun('toy');
    await cp(directory, join(artifacts, 'copy'), { recursive: true });
    await rename(directory, join(artifacts, 'renamed'));
    await symlink(join(artifacts, 'copy'), join(artifacts, 'link'), 'junction');
    const listed = await listRuns(artifacts);
    expect(listed.map(({ run }) => run?.name).sort()).toEqual(['copy', 'link', 'renamed']);
  });
});

describe('a broken run is listed with its fault', () => {
  it('when its record is not JSON', async () => {
    const fault = await faultAfter((run) => edit(join(run, 'run.json'), (text) => text.slice(0, -10)));
    expect(fault).toMatch(/^toy\/run\.json is not JSON: .*\.$/);
  });

  it('when its record breaks the schema', async () => {
    const fault = await faultAfter((run) =>
      edit(join(run, 'run.json'), (text) => text.replace('"batch": 8', '"batch": "eight"')),
    );
    expect(fault).toMatch(/^toy\/run\.json is not as Inkling writes it: config\.batch: .*number/);
  });

  it('when a file of it would lie outside its folder', async () => {
    const fault = await faultAfter((run) =>
      edit(join(run, 'run.json'), (text) => text.replaceAll('epochs/0001.png', '../secret.png')),
    );
    expect(fault).toMatch(/epochs\[0\]: must have the paths that Inkling gives the files of its epoch/);
  });

  it('when it is from a newer or an older Inkling, or from something else', async () => {
    const directory = await makeRun('toy');
    const versions = [
      ['"schemaVersion": 2', /version 2, newer than the 1 that this Inkling reads; update/],
      ['"schemaVersion": 0', /version 0, older than the 1 that this Inkling reads; train/],
      ['"version": 1', /has no schemaVersion/],
    ] as const;
    for (const [text, sentence] of versions) {
      await edit(join(directory, 'run.json'), (json) => json.replace(/"(schemaV|v)ersion": \d/, text));
      expect((await listRuns(artifacts))[0]?.fault).toMatch(sentence);
    }
  });

  it('when its history is missing or broken', async () => {
    expect(await faultAfter((run) => rm(join(run, 'history.json')))).toMatch(
      /^toy\/history\.json is missing/,
    );
    await writeFile(join(artifacts, 'toy/history.json'), '[]');
    expect((await listRuns(artifacts))[0]?.fault).toMatch(/^toy\/history\.json has no schemaVersion/);
  });

  it('when a grid is missing', async () => {
    const fault = await faultAfter((run) => rm(join(run, 'epochs/0001.png')));
    expect(fault).toMatch(/^toy\/epochs\/0001\.png is missing; put the file back/);
  });

  it('when a file is cut short', async () => {
    const fault = await faultAfter((run) => truncate(join(run, 'models/0001/weights.bin'), 2));
    expect(fault).toMatch(/^toy\/models\/0001\/weights\.bin has 2 bytes and run\.json says 3/);
  });

  it('when an epoch is published with a file that is not listed', async () => {
    const fault = await faultAfter((run) =>
      edit(join(run, 'run.json'), (text) =>
        text.replace('"path": "epochs/0001.png"', '"path": "nearest.png"'),
      ),
    );
    expect(fault).toMatch(/publishes epochs\/0001\.png but does not list it/);
  });

  it('when its folder has no name that a run may have', async () => {
    const directory = await makeRun('toy');
    await rename(directory, join(artifacts, 'My run'));
    expect((await listRuns(artifacts))[0]).toMatchObject({
      name: 'My run',
      fault: expect.stringMatching(/^The folder My run is not named as a run/),
    });
  });
});

describe('findRun', () => {
  it('gives the run and its folder', async () => {
    const directory = await makeRun('toy');
    const run = await readRun(directory);
    expect(await findRun(artifacts, 'toy')).toEqual({ name: 'toy', directory, run });
    expect((await readHistory(directory)).epochs).toEqual([recordOf(1)]);
  });

  it('offers the nearest name', async () => {
    await makeRun('dcgan');
    await makeRun('wgan-gp');
    const found = findRun(artifacts, 'dcgna');
    await expect(found).rejects.toThrow(/There is no run dcgna in .*; did you mean dcgan\?/);
    await expect(findRun(artifacts, 'something-else-altogether')).rejects.toThrow(
      /npm run runs lists those there are/,
    );
    await expect(found).rejects.toBeInstanceOf(InputError);
  });

  it('says how to make a run when there are none', async () => {
    await expect(findRun(join(artifacts, 'none'), 'toy')).rejects.toThrow(/holds no runs; train one/);
  });

  it('names the fault of a broken run', async () => {
    await rm(join(await makeRun('toy'), 'reals.png'));
    await expect(findRun(artifacts, 'toy')).rejects.toThrow(/^toy\/reals\.png is missing/);
  });
});
