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
      expect.objectContaining({ script: 'trainer/main.ts', args: ['train', '--recipe', 'mlp'] }),
    ]);
    expect(steps('bench', '--json')).toEqual([{ script: 'trainer/bench/main.ts', args: ['--json'] }]);
  });

  it('build the gallery from the folder that was trained into', () => {
    const [train, build, preview] = steps('gallery', '--epochs', '1', '--artifacts', 'runs');
    expect(train?.args).toEqual(['train', '--epochs', '1', '--artifacts', 'runs']);
    expect(build).toMatchObject({ args: ['build'], env: { ARTIFACTS: 'runs' } });
    expect(preview?.script).toBe('site/serve/preview.ts');
    expect(steps('gallery', '--artifacts=runs')[1]?.env).toMatchObject({ ARTIFACTS: 'runs' });
    // Flags that only tell something leave nothing to show.
    expect(steps('gallery', '--list')).toHaveLength(1);
  });

  it('know how a training that was killed is gone on with', () => {
    const advice = (...flags: string[]) => steps('train', ...flags)[0]?.goOn;
    expect(advice('--name', 'mine')).toBe(
      "npm run train -- --resume mine goes on from the run's last checkpoint.",
    );
    expect(advice('--resume=old', '--artifacts', 'my runs')).toMatch(
      /^npm run train -- --resume old --artifacts 'my runs' goes on/,
    );
    expect(advice('--artifacts=runs')).toBe(
      "npm run train -- --resume RUN --artifacts runs goes on from the run's last checkpoint; " +
        'npm run runs -- --artifacts runs names it.',
    );
  });

  it.each([
    ['build', { npm_config_base: '/x/' }, '--base', 'build -- --base=/x/'],
    ['preview', { npm_config_port: 'true' }, '--port', 'preview -- --port'],
    ['dev', { npm_config_artifacts: 'runs' }, '--artifacts', 'dev -- --artifacts=runs'],
    ['gallery', { npm_config_strict: 'true' }, '--strict', 'gallery -- --strict'],
    ['test', { npm_config_unit: 'true' }, '--unit', 'test -- --unit'],
  ])('refuse a flag that npm kept: npm run %s with %o', (name, kept, flag, line) => {
    const env = { ...kept, npm_lifecycle_event: name, npm_config_cache: '/c', npm_config_yes: '' };
    expect(() => plan(name, [], env)).toThrow(
      expect.objectContaining({
        message: `npm kept ${flag} for itself: write \`--\` before the flags, as in \`npm run ${line}\`.`,
        exitCode: 2,
      }),
    );
  });

  it('keep the dev server in the foreground', () => {
    expect(steps('dev')[0]?.env).toMatchObject({ ASTRO_DEV_BACKGROUND: '0' });
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
