import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOwn } from './own-file.ts';

let outside: string;
let run: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'inkling-'));
  run = join(outside, 'run');
  await mkdir(join(run, 'epochs'), { recursive: true });
  await writeFile(join(outside, 'secret.png'), 'secret');
  await writeFile(join(run, 'epochs/0000.png'), 'grid');
});
afterEach(() => rm(outside, { recursive: true }));

it('reads a regular file inside the folder', async () => {
  expect(String(await readOwn(run, 'epochs/0000.png'))).toBe('grid');
});

it('reads through a link that leads to the folder itself, as where runs lie on another disk', async () => {
  await symlink(run, join(outside, 'linked'));
  expect(String(await readOwn(join(outside, 'linked'), 'epochs/0000.png'))).toBe('grid');
});

it('does not follow a link in the place of a file', async () => {
  await symlink(join(outside, 'secret.png'), join(run, 'reals.png'));
  await expect(readOwn(run, 'reals.png')).rejects.toThrow('run/reals.png is a link');
});

it('does not follow a link in the place of a folder', async () => {
  await symlink(outside, join(run, 'models'));
  await expect(readOwn(run, 'models/secret.png')).rejects.toThrow('run/models is a link');
});

it('names a folder in the place of a file', async () => {
  await expect(readOwn(run, 'epochs')).rejects.toThrow('run/epochs is a folder');
});

it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
  execFileSync('mkfifo', [join(run, 'run.json')]);
  await expect(readOwn(run, 'run.json')).rejects.toThrow('run/run.json is a pipe');
});

it('refuses a file of more bytes than it may have, unread', async () => {
  await expect(readOwn(run, 'epochs/0000.png', { atMost: 3 })).rejects.toThrow('has 4 bytes');
});

it('leaves it to the caller to say what is missing', async () => {
  await expect(readOwn(run, 'history.json')).rejects.toMatchObject({ code: 'ENOENT' });
});
