import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromUser, keptFlag, rememberWhere, shellWords } from './command-line.mjs';

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

describe('keptFlag', () => {
  it('finds a flag that npm kept, by whatever name npm leaves it in the environment', () => {
    const event = { npm_lifecycle_event: 'train' };
    expect(keptFlag(['epochs'], { ...event, npm_config_epochs: '3' })).toContain(
      '`npm run train -- --epochs=3`',
    );
    expect(keptFlag(['dry-run'], { ...event, npm_config_dry_run: 'true' })).toContain('-- --dry-run`');
    // npm reads `--no-evaluate` as a switch that is off.
    expect(keptFlag(['no-evaluate'], { ...event, npm_config_evaluate: '' })).toContain('-- --no-evaluate`');
  });

  it('takes nothing else for one', () => {
    const npm = { npm_config_yes: '', npm_config_prefix: '/usr', npm_config_force: '' };
    expect(keptFlag(['epochs', 'force', 'no-evaluate'], npm)).toBeUndefined();
    expect(keptFlag(['no-evaluate'], { npm_config_evaluate: 'true' })).toBeUndefined();
  });
});

describe('shellWords', () => {
  const posix = { windows: false };
  it('leaves plain words as they are', () => {
    expect(
      shellWords(['npm', 'run', 'train', '--', '--resume', 'mlp-2', '--artifacts', '/a/b.c'], posix),
    ).toBe('npm run train -- --resume mlp-2 --artifacts /a/b.c');
  });

  it('quotes a folder with a space for Windows', () => {
    expect(shellWords(['--data', 'C:\\my data', 'D:\\x'], { windows: true })).toBe(
      '--data "C:\\my data" D:\\x',
    );
  });

  it.skipIf(process.platform === 'win32')('comes through a shell as it was, whatever it holds', () => {
    const word = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const script = `printf '%s\\0' ${shellWords(words, posix)}`;
        const heard = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(heard.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 30 },
    );
  });
});
