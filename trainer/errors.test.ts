import { mkdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { explain } from './cli/run-command.ts';
import { fileFault, firstLine, InputError, nearestName, unknownName } from './errors.ts';

const failing = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: it failed, write`), { code, path });

describe('a file system error', () => {
  it('is told in one sentence, with the place and what to do', () => {
    expect(fileFault(failing('ENOSPC'))).toBe('The disk is full; make room, then go on.');
    expect(fileFault(failing('EROFS', '/a/b'))).toBe(
      'The disk is read-only (/a/b); name a folder on another.',
    );
    expect(explain(failing('EACCES', '/a'), { debug: false })).toBe(
      'inkling: Access is denied (/a); change the permissions, or name another folder.\n',
    );
  });

  it('names the place where a copy was to go', () => {
    const copying = Object.assign(failing('ENOSPC', '/from'), { dest: '/to' });
    expect(fileFault(copying)).toBe('The disk is full (/to); make room, then go on.');
  });

  it('is known by what the system really gives', async () => {
    const own = new URL(import.meta.url).pathname;
    const inFile = await mkdir(`${own}/folder`).catch((error: unknown) => error);
    expect(fileFault(inFile)).toContain('A file stands where a folder is wanted');
    const asFile = await readFile(new URL('.', import.meta.url)).catch((error: unknown) => error);
    expect(fileFault(asFile)).toContain('A folder stands where a file is wanted');
  });

  it('is not made of any other', () => {
    for (const other of [new Error('x'), failing('ERR_INVALID_ARG_TYPE'), 'x', undefined])
      expect(fileFault(other)).toBeUndefined();
  });
});

describe('the first line of an error', () => {
  it('leaves out where in native code it was raised', () => {
    expect(firstLine(new Error('/a/b.cc:12 Start() ok == true was false. No adapter\nmore'))).toBe(
      'No adapter',
    );
    expect(firstLine('plain')).toBe('plain');
  });
});

it('a mistake is told on one line, whatever a file or a name has in it', () => {
  expect(new InputError('a\r\n\u001b[2J b\u202e c\u2028d').message).toBe('a [2J b  c d');
});

const recipes = ['mlp', 'dcgan-64', 'conditional'];

describe('nearestName', () => {
  it('finds the name behind a slip of the keys', () => {
    expect(nearestName('dcgan', recipes)).toBe('dcgan-64');
    expect(nearestName('condtional', recipes)).toBe('conditional');
  });

  it('finds nothing where nothing is near', () => {
    expect(nearestName('stylegan3-xl', recipes)).toBeUndefined();
    expect(nearestName('mlp', [])).toBeUndefined();
  });
});

describe('unknownName', () => {
  it('offers the nearest, else all there are', () => {
    expect(unknownName('recipe', 'mpl', recipes)).toBe('There is no recipe mpl; did you mean mlp?');
    expect(unknownName('recipe', 'stylegan3-xl', recipes)).toBe(
      'There is no recipe stylegan3-xl; there are mlp, dcgan-64, conditional.',
    );
    expect(unknownName('run', 'first', [])).toBe('There is no run first, and no other.');
  });
});
