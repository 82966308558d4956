import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeTarget } from './target.ts';

let room = '';
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'inkling-target-'));
  for (const folder of [
    'home/project/site/pages',
    'home/project/docs',
    'home/project/.git',
    'home/runs/r',
    'free',
  ])
    await mkdir(join(room, folder), { recursive: true });
});
afterEach(() => rm(room, { recursive: true, force: true }));

const judge = (target: string, force = false) =>
  judgeTarget(join(room, target), {
    root: join(room, 'home/project'),
    artifactsDir: join(room, 'home/runs'),
    home: join(room, 'home'),
    force,
  });

test.each([
  ['home/project', "the project's folder"],
  ['home/project/site', "the project's own site"],
  ['home/project/site/pages/new/deep', "the project's own site"],
  ['free/../home/project/docs', "the project's own docs"],
  ['home/project/.git', "the project's own .git"],
  ['home', 'your home folder'],
  ['.', 'your home folder'],
  ['home/runs', 'the folder of runs'],
  ['home/runs/r/p', 'the folder of runs'],
])('%s is refused, with --force too, as it would write into %s', async (target, what) => {
  for (const force of [false, true])
    await expect(judge(target, force)).rejects.toThrow(
      new RegExp(`${what}.*; name another folder with --out`),
    );
});

test('a link to a source folder is that folder', async () => {
  await symlink(join(room, 'home/project/docs'), join(room, 'link'));
  await expect(judge('link', true)).rejects.toThrow(/own docs/);
  await expect(judge('link/site', true)).rejects.toThrow(/own docs/);
});

test('a folder of the user’s is refused unless forced, and stays as it is', async () => {
  await writeFile(join(room, 'free/thesis.md'), 'x');
  await expect(judge('free')).rejects.toThrow(
    /free holds thesis\.md that no build of the site wrote; .*--force/,
  );
  await (await judge('free', true))();
  expect(await readdir(join(room, 'free'))).toEqual(['thesis.md']);
});

test('an empty folder, one that is not there and dist are taken; a file is not', async () => {
  for (const target of [
    'free',
    'free/new/deep',
    'home/project/dist',
    'home/elsewhere',
    'home/project/.cache/e2e/root',
  ])
    await expect(judge(target)).resolves.toBeTypeOf('function');
  await writeFile(join(room, 'file'), '');
  await expect(judge('file', true)).rejects.toThrow(/is not a folder/);
});

test('the dist of an Inkling that left no list of its files is set aside whole', async () => {
  const dist = join(room, 'home/project/dist');
  await mkdir(dist);
  await writeFile(join(dist, 'index.html'), '<title>Inkling: watch a GAN learn to write</title>');
  await writeFile(join(dist, 'CNAME'), 'x');
  const prepare = await judge('home/project/dist');
  expect(existsSync(dist)).toBe(true);
  const moved = /moved to (.*)\.$/.exec((await prepare()) ?? '')?.[1] ?? '';
  expect((await readdir(moved)).sort()).toEqual(['CNAME', 'index.html']);
  expect(existsSync(dist)).toBe(false);
});
