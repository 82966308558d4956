import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainFault, installFault, remedy } from './install-fault.mjs';

const words = (code: string, path?: string) =>
  `npm error code ${code}\nnpm error syscall mkdir\n${path ? `npm error path ${path}\n` : ''}npm error errno -1\n`;
const explain = (code: string, path?: string) => explainFault(installFault(words(code, path)));

describe('a failed install', () => {
  it('is blamed on the disk, the folder or the registry, as npm says', () => {
    expect(explain('EACCES', '/root/.npm/_cacache')).toMatch(
      /^It could not write \/root\/\.npm\/_cacache \(EACCES\)/,
    );
    expect(explain('EROFS', '/clone/node_modules')).toContain('could not write /clone/node_modules (EROFS)');
    expect(explain('ENOSPC', '/clone/node_modules/a b')).toMatch(/^The disk is full \(ENOSPC at .*a b\)/);
    expect(explain('ENOTEMPTY', '/clone/node_modules/zod')).toContain('was in use');
    for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ERR_SOCKET_TIMEOUT', 'E403', 'E503']) {
      expect(explain(code)).toBe(
        `The npm registry could not be reached (${code}): run the same command again when it can.`,
      );
    }
    expect(explain('EUSAGE')).toBe('Its words are above (EUSAGE).');
    expect(explainFault(installFault('words of npm'))).toBe('Its words are above.');
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
