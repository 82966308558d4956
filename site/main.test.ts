import { describe, expect, it } from 'vitest';
import { parseFlags } from '../trainer/cli/flags.ts';
import { environmentOf, flagsOf } from './main.ts';

const build = (line: string) => parseFlags(flagsOf.build, line.split(' ').filter(Boolean), { env: {} });

describe("the site's flags", () => {
  it('are its environment where they are given, and nothing where they are not', () => {
    expect(environmentOf(build('--strict --artifacts runs --base=/inkling/ --out public'))).toEqual({
      STRICT: '1',
      ARTIFACTS: 'runs',
      BASE_PATH: '/inkling/',
      OUT_DIR: 'public',
    });
    expect(environmentOf(build('--site https://example.org'))).toEqual({ SITE_URL: 'https://example.org' });
    expect(environmentOf(build(''))).toEqual({});
    const { port, ...dev } = parseFlags(flagsOf.dev, ['--allow-host', 'a.local', '--port', '80'], {
      env: {},
    });
    expect([environmentOf(dev), port]).toEqual([{ ALLOW_HOST: 'a.local' }, 80]);
  });

  it.each([
    ['--srict', 'There is no flag --srict; did you mean --strict?'],
    ['--port 1', 'There is no flag --port; did you mean --out?'],
    ['--out', '--out takes a path, and none was given.'],
    ['--out --strict', '--out takes a path, and none was given.'],
    ['--strict=1', '--strict takes no value; "1" was given.'],
    ['--out a --out b', '--out was given twice; give it once.'],
  ])('are refused in a sentence: %s', (line, message) => {
    expect(() => build(line)).toThrow(message);
  });

  it.each(['0', '65536', 'abc', '80.5', '-1'])('start no server on the port %s', (port) => {
    expect(() => parseFlags(flagsOf.preview, [`--port=${port}`], { env: {} })).toThrow(
      `--port takes a whole number from 1 to 65535, not "${port}".`,
    );
  });

  it.each([
    ['build', { npm_config_base: '/x/' }, 'build -- --base=/x/'],
    ['preview', { npm_config_port: 'true' }, 'preview -- --port'],
    ['dev', { npm_config_artifacts: 'runs' }, 'dev -- --artifacts=runs'],
  ] as const)('are asked for where npm kept them: npm run %s with %o', (name, kept, line) => {
    const env = { ...kept, npm_lifecycle_event: name };
    expect(() => parseFlags(flagsOf[name], [], { env })).toThrow(`as in \`npm run ${line}\`.`);
  });
});
