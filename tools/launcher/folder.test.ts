import { describe, expect, it } from 'vitest';
import { commands } from './commands.mjs';
import { judgeFolder } from './folder.mjs';

describe('judgeFolder', () => {
  it('refuses what Vite would fail at, and says what to do', () => {
    for (const root of ['/home/ada/c#/inkling', '/home/ada/why?', '/home/ada/5*', '/home/"ada"']) {
      expect(() => judgeFolder('build', root)).toThrow(
        /^npm run build needs Vite, .*: rename or move the project/,
      );
      expect(() => judgeFolder('gallery', root)).toThrow(/gallery needs Vite/);
      expect(() => judgeFolder('train', root)).not.toThrow();
    }
    expect(() => judgeFolder('build', '/home/ada/100%')).not.toThrow();
    expect(() => judgeFolder('preview', '/home/ada/100%')).toThrow('a folder with % in its path');
  });

  it('lets pass what works', () => {
    for (const name of Object.keys(commands)) {
      expect(() => judgeFolder(name, "/home/ada/a é b/$x/f'q/k(1)[2]/l{a,b}/o!p&q/文")).not.toThrow();
    }
  });
});
