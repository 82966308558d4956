import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isTemporary } from '../../trainer/disk/files.ts';
import { layOver } from './lay-over.ts';
import { manifestName } from './manifest.ts';

type Tree = Record<string, string>;

let room = '';
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'inkling-lay-over-'));
});
afterAll(() => rm(room, { recursive: true, force: true }));

async function folderOf(tree: Tree): Promise<string> {
  const folder = await mkdtemp(join(room, 'tree-'));
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function treeOf(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== manifestName);
  const read = files.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name);
    return [relative(folder, file), await readFile(file, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const paths = (names: readonly string[]) =>
  fc
    .tuple(fc.subarray(['', '_astro/', 'data/r/', '.git/']), fc.subarray([...names], { minLength: 1 }))
    .map(([folders, files]) => ['', ...folders].flatMap((folder) => files.map((file) => folder + file)));
const tree = (names: readonly string[]) =>
  paths(names).chain((all) =>
    fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: all.length, maxLength: all.length })
      .map((texts): Tree => Object.fromEntries(all.map((path, i) => [path, texts[i] ?? '']))),
  );
const site = tree(['a.js', 'b.png', 'c.html']).map(
  (files): Tree => ({ ...files, 'index.html': JSON.stringify(files) }),
);
const foreign = tree(['CNAME', 'thesis.md', 'HEAD']);

test('builds leave what is foreign as it is, and of their own only the last one, wherever one was cut off', async () => {
  await fc.assert(
    fc.asyncProperty(foreign, site, site, fc.nat(12), async (theirs, first, second, end) => {
      const target = await folderOf(theirs);
      const [one, two] = [await folderOf(first), await folderOf(second)];
      await layOver(one, target, { base: '/x/' });
      expect(await treeOf(target)).toEqual({ ...theirs, ...first });

      let changes = 0;
      const cut = () => {
        if (changes++ === end) throw new Error('cut off');
      };
      await layOver(two, target, { onChange: cut }).catch(() => undefined);
      const between = await treeOf(target);
      expect(between).toMatchObject(theirs);
      expect([first['index.html'], second['index.html']]).toContain(between['index.html']);
      // The old home page has all that it had; the new one all that it needs.
      const needed = between['index.html'] === first['index.html'] ? first : second;
      expect(Object.keys(between)).toEqual(expect.arrayContaining(Object.keys(needed)));

      await layOver(two, target);
      expect(await treeOf(target)).toEqual({ ...theirs, ...second });
    }),
    { numRuns: 40 },
  );
});

test('a file that no build wrote is named and stays, with --force too, and nothing else is touched', async () => {
  const target = await folderOf({ 'index.html': 'mine' });
  const built = await folderOf({ 'a.js': 'a', 'index.html': 'site' });
  for (const force of [false, true])
    await expect(layOver(built, target, { force })).rejects.toThrow(/index\.html was not written by a build/);
  expect(await treeOf(target)).toEqual({ 'index.html': 'mine' });
});

test('a foreign file that is as ours would be stays when the site no longer has it', async () => {
  const target = await folderOf({ '.nojekyll': '' });
  await layOver(await folderOf({ '.nojekyll': '', 'index.html': '1' }), target);
  await layOver(await folderOf({ 'index.html': '2' }), target);
  expect(await treeOf(target)).toEqual({ '.nojekyll': '', 'index.html': '2' });
});

test('a file of ours that was changed since is replaced with --force alone, and never removed', async () => {
  const target = await folderOf({});
  await layOver(await folderOf({ 'a.html': '1', 'b.html': '1' }), target);
  await writeFile(join(target, 'a.html'), 'mine');
  const built = await folderOf({ 'a.html': '2' });
  await expect(layOver(built, target)).rejects.toThrow(/a\.html was changed since it was built/);
  expect(await treeOf(target)).toEqual({ 'a.html': 'mine', 'b.html': '1' });
  await layOver(built, target, { force: true });
  expect(await treeOf(target)).toEqual({ 'a.html': '2' });
  await writeFile(join(target, 'a.html'), 'mine');
  await layOver(await folderOf({ 'c.html': '3' }), target);
  expect(await treeOf(target)).toEqual({ 'a.html': 'mine', 'c.html': '3' });
});

test('nothing is written or removed through a link inside the target', async () => {
  const [elsewhere, target] = [await folderOf({ 'a.png': 'theirs' }), await folderOf({})];
  await symlink(elsewhere, join(target, 'data'));
  const built = await folderOf({ 'data/a.png': 'ours', 'index.html': '' });
  await expect(layOver(built, target, { force: true })).rejects.toThrow(/data is a link/);
  expect(await treeOf(elsewhere)).toEqual({ 'a.png': 'theirs' });
});

test('what a killed build left beside its files is removed by the next one', async () => {
  const target = await folderOf({});
  await layOver(await folderOf({ 'a.js': '1', 'index.html': '1' }), target);
  const left = '.a.js.tmp-0123456789ab';
  expect(isTemporary(left)).toBe(true);
  await writeFile(join(target, left), 'half');
  await writeFile(join(target, '.other.tmp-0123456789ab'), 'not ours');
  await layOver(await folderOf({ 'index.html': '2' }), target);
  expect(await treeOf(target)).toEqual({ '.other.tmp-0123456789ab': 'not ours', 'index.html': '2' });
});

test.each(['../thesis.md', '/etc/hosts', 'a/../../b', 'a\\b', 'C:a', ''])(
  'a list that names %j is not a build’s, and nothing is touched',
  async (path) => {
    const files = { [path]: ['0'.repeat(64)] };
    const target = await folderOf({});
    await writeFile(join(target, manifestName), JSON.stringify({ schemaVersion: 1, base: '/', files }));
    await expect(layOver(await folderOf({ 'index.html': '' }), target)).rejects.toThrow(
      /is not a list of files/,
    );
    expect(await treeOf(target)).toEqual({});
  },
);
