import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromUser, rememberWhere } from './where.mjs';

let root = '';
let content = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inkling-where-'));
  content = join(root, 'content');
  mkdirSync(content);
  return () => rmSync(root, { recursive: true });
});

type Environment = Record<string, string | undefined>;
function pathOf(folder: string, env: Environment = {}): string {
  rememberWhere(root, { folder, env });
  return fromUser('my.json', env);
}

describe('a path that the user gives', () => {
  it('is relative to the folder that npm was called in, though npm changes into the root', () => {
    expect(pathOf(root, { INIT_CWD: content })).toBe(join(content, 'my.json'));
    const npm = { INIT_CWD: content, npm_package_json: join(root, 'package.json') };
    expect(pathOf(root, npm)).toBe(join(content, 'my.json'));
  });

  it('is relative to the working folder where the launcher was started directly', () => {
    expect(pathOf(content)).toBe(join(content, 'my.json'));
    expect(pathOf(tmpdir())).toBe(join(tmpdir(), 'my.json'));
  });

  it('stays as it was written in the root, by whatever name the root is called', () => {
    expect(pathOf(root, { INIT_CWD: root })).toBe('my.json');
    const link = join(root, 'link');
    symlinkSync(root, link);
    expect(pathOf(link, { INIT_CWD: link })).toBe('my.json');
    expect(fromUser('/data/my.json', {})).toBe('/data/my.json');
  });

  it('does not follow the npm of another project, nor a command of ours around this one', () => {
    const other = { INIT_CWD: tmpdir(), npm_package_json: join(tmpdir(), 'other', 'package.json') };
    expect(pathOf(root, other)).toBe('my.json');
    expect(pathOf(content, other)).toBe(join(content, 'my.json'));
    const env: Environment = { INIT_CWD: content };
    expect(pathOf(root, env)).toBe(join(content, 'my.json'));
    expect(pathOf(root, env)).toBe('my.json');
  });
});
