import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeGreyPng } from '../export/png.ts';
import { listRuns, readRun } from './reader.ts';
import { fileEntry, withFiles } from './records.ts';
import type { Run } from './schema.ts';
import { tinyGenerator, writeWholeRun } from './whole-run-fixture.ts';

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

const faultOf = async (options = { contents: true }) => (await listRuns(artifacts, options))[0]?.fault;

/** Changes a byte and leaves the size. */
async function flip(path: string, at = 40): Promise<void> {
  const bytes = await readFile(join(directory, path));
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(join(directory, path), bytes);
}

/** Puts another file in its place that the record lists as it is. */
async function replaceListed(path: string, contents: Uint8Array | string): Promise<void> {
  const run = await readRun(directory);
  await writeFile(join(directory, path), contents);
  await writeRecord(withFiles(run, [fileEntry(path, contents)]));
}

const writeRecord = (run: Run) => writeFile(join(directory, 'run.json'), JSON.stringify(run));

describe('a run whose contents are checked', () => {
  it('is listed where every file is what it should be', async () => {
    const [listed, ...others] = await listRuns(artifacts, { contents: true });
    expect(listed?.fault).toBeUndefined();
    expect(listed?.run?.name).toBe('toy');
    expect(others).toEqual([]);
  });

  it.each([
    'reals.png',
    'nearest.png',
    'history.json',
    'epochs/0001.png',
    'epochs/0002-raw.png',
    'models/0000/model.json',
    'models/0002/weights.bin',
  ])('is at fault when a byte of %s is another, which its size does not tell', async (path) => {
    await flip(path);
    expect(await faultOf()).toMatch(`toy/${path} `);
    // The cheap check reads the history, but no other contents.
    if (path !== 'history.json') expect(await faultOf({ contents: false })).toBeUndefined();
  });

  it('stops no other', async () => {
    await cp(directory, join(artifacts, 'other'), { recursive: true });
    await flip('reals.png');
    const listed = await listRuns(artifacts, { contents: true });
    expect(listed.map(({ name, fault }) => [name, fault === undefined])).toEqual([
      ['other', true],
      ['toy', false],
    ]);
  });
});

describe('a file that is listed as it is, and is not what it should be', () => {
  it('is no PNG, whatever else could be decoded', async () => {
    await replaceListed('reals.png', '<svg xmlns="http://www.w3.org/2000/svg" width="84" height="56"/>');
    expect(await faultOf()).toBe('toy/reals.png is no PNG.');
  });

  it('is a PNG cut short', async () => {
    const png = await readFile(join(directory, 'reals.png'));
    await replaceListed('reals.png', png.subarray(0, png.length / 2));
    expect(await faultOf()).toBe('toy/reals.png cannot be decoded as a PNG.');
  });

  it('is a PNG of more pixels, which are not decoded, or of others', async () => {
    const create = { width: 9000, height: 9000, channels: 3, background: 'white' } as const;
    await replaceListed('reals.png', await sharp({ create }).png().toBuffer());
    expect(await faultOf()).toBe('toy/reals.png has more than 84 × 56 pixels.');
    await replaceListed('reals.png', await encodeGreyPng(new Uint8Array(28 * 28), 28, 28));
    expect(await faultOf()).toBe('toy/reals.png has 28 × 28 pixels and run.json describes 84 × 56.');
  });

  it('is a model.json of something else', async () => {
    await replaceListed('models/0001/model.json', '{"format":"graph-model"}');
    expect(await faultOf()).toMatch(
      /^toy\/models\/0001\/model\.json is not a model\.json that Inkling wrote/,
    );
  });

  it('is weights that are too few, or no numbers', async () => {
    const { weights } = tinyGenerator();
    await replaceListed('models/0001/weights.bin', weights.subarray(2));
    expect(await faultOf()).toMatch(/weights\.bin has 15678 bytes and model\.json describes 15680/);
    await replaceListed('models/0001/weights.bin', new Uint8Array(weights.length).fill(0xff));
    expect(await faultOf()).toMatch(/weights\.bin has values of g_dense\/kernel that are not finite/);
  });
});

it.each([
  'evil.html',
  'x.svg',
  '.htaccess',
  'training.lock',
  'epochs/1.png',
  'epochs/0001.PNG',
  '../reals.png',
])('a record that lists %s is refused: no run brings files of its own', async (path) => {
  const run = await readRun(directory);
  await writeRecord({ ...run, files: [...run.files, { ...fileEntry('reals.png', 'x'), path }] });
  expect(await faultOf({ contents: false })).toMatch(/files\[\d+\]\.path: must be the path of a file that/);
});

describe('in the place of a file, and at once,', () => {
  const paths = ['run.json', 'history.json', 'epochs/0001.png', 'models/0001/weights.bin'];

  it.each(paths)('a link for %s is named', async (path) => {
    await writeFile(join(artifacts, 'elsewhere'), await readFile(join(directory, path)));
    await rm(join(directory, path));
    await symlink(join(artifacts, 'elsewhere'), join(directory, path));
    expect(await faultOf({ contents: false })).toBe(`toy/${path} is a link, and Inkling puts a file there.`);
  });

  it.each(paths)('a folder for %s is named', async (path) => {
    await rm(join(directory, path));
    await mkdir(join(directory, path));
    expect(await faultOf({ contents: false })).toBe(
      `toy/${path} is a folder, and Inkling puts a file there.`,
    );
  });

  it.skipIf(process.platform === 'win32').each(paths)('a pipe for %s is named', async (path) => {
    await rm(join(directory, path));
    execFileSync('mkfifo', [join(directory, path)]);
    expect(await faultOf({ contents: false })).toBe(`toy/${path} is a pipe, and Inkling puts a file there.`);
  });
});
