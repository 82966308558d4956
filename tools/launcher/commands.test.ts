import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Step } from './child.mjs';
import { commands, plan } from './commands.mjs';

const root = join(import.meta.dirname, '..', '..');
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
const steps = (name: string, ...flags: string[]) => plan(name, flags) as Step[];

describe('the commands', () => {
  it('are the scripts of package.json', () => {
    const expected = Object.keys(commands).map((name) => [name, `node tools/launch.mjs ${name}`]);
    expect(scripts).toEqual(Object.fromEntries(expected));
  });

  it('start programs that exist', () => {
    const programs = Object.keys(commands).flatMap((name) => steps(name).map(({ script }) => script));
    // The trainer's own entry points are run, not only named, by the end-to-end tests.
    const installed = programs.filter((script) => script.startsWith('node_modules/'));
    expect(installed.filter((script) => !existsSync(join(root, script)))).toEqual([]);
  });

  it("hand the trainer's commands their flags as they are", () => {
    expect(steps('train', '--recipe', 'mlp')).toEqual([
      { script: 'trainer/main.ts', args: ['train', '--recipe', 'mlp'] },
    ]);
    expect(steps('bench', '--json')).toEqual([{ script: 'trainer/bench/main.ts', args: ['--json'] }]);
  });

  it('build the gallery from the folder that was trained into', () => {
    const [train, build, preview] = steps('gallery', '--epochs', '1', '--artifacts', 'runs');
    expect(train?.args).toEqual(['train', '--epochs', '1', '--artifacts', 'runs']);
    expect(build).toMatchObject({ args: ['build'], env: { ARTIFACTS: 'runs' } });
    expect(preview?.args?.[0]).toBe('preview');
    expect(steps('gallery', '--artifacts=runs')[1]?.env).toMatchObject({ ARTIFACTS: 'runs' });
    // Flags that only tell something leave nothing to show.
    expect(steps('gallery', '--list')).toHaveLength(1);
  });

  it('keep the servers of the site in the foreground', () => {
    for (const name of ['dev', 'preview']) {
      expect(steps(name)[0]?.env).toMatchObject({ ASTRO_DEV_BACKGROUND: '0', ASTRO_PREVIEW_BACKGROUND: '0' });
    }
  });

  it('print help instead of running', () => {
    expect(plan('build', ['--help'])).toMatch(/--strict/);
    expect(plan('gallery', ['--help'])).toMatch(/flags of train/);
  });

  it('are listed when another is named', () => {
    for (const name of ['trian', 'constructor']) {
      expect(() => plan(name, [])).toThrow(/There is no command \w+; there are train, /);
    }
  });
});
