import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandNamed, commands } from './commands.mjs';

const root = join(import.meta.dirname, '..', '..');
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
const steps = (name: string, ...flags: string[]) => commandNamed(name).steps(flags);

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
    expect(build?.args).toEqual(['build', '--artifacts', 'runs']);
    expect(preview?.args).toEqual(['preview']);
    expect(steps('gallery', '--artifacts=runs')[1]).toEqual(build);
    // Flags that only tell something leave nothing to show.
    for (const flag of ['--list', '--help']) expect(steps('gallery', flag)).toHaveLength(1);
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

  it('refuse what npm kept of the flags of a later step, before the first one trains', () => {
    const env = { npm_config_strict: 'true', npm_lifecycle_event: 'gallery', npm_config_yes: '' };
    expect(() => commandNamed('gallery', env)).toThrow(
      expect.objectContaining({
        message:
          'npm kept --strict for itself: write `--` before the flags, as in `npm run gallery -- --strict`.',
        exitCode: 2,
      }),
    );
  });

  it('are listed when another is named', () => {
    for (const name of ['trian', 'constructor']) {
      expect(() => commandNamed(name)).toThrow(/There is no command \w+; there are train, /);
    }
  });
});
