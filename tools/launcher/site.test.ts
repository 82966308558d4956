import { describe, expect, it } from 'vitest';
import { buildFlags, devFlags, parseSiteFlags, previewFlags, siteHelp } from './site.mjs';

const build = (line: string) => parseSiteFlags('build', buildFlags, line.split(' ').filter(Boolean));

describe('parseSiteFlags', () => {
  it("turns the site's settings into its environment", () => {
    expect(build('--strict --artifacts runs --base=/inkling/ --out public')).toEqual({
      args: [],
      env: { STRICT: '1', ARTIFACTS: 'runs', BASE_PATH: '/inkling/', OUT_DIR: 'public' },
    });
    expect(build('--site https://example.org')).toEqual({
      args: [],
      env: { SITE_URL: 'https://example.org' },
    });
    expect(build('')).toEqual({ args: [], env: {} });
  });

  it("passes Astro's own flags on", () => {
    const { args, env } = parseSiteFlags('dev', devFlags, [
      '--port',
      '8080',
      '--host=0.0.0.0',
      '--base',
      '/x/',
    ]);
    expect({ args, env }).toEqual({
      args: ['--port', '8080', '--host', '0.0.0.0'],
      env: { BASE_PATH: '/x/' },
    });
  });

  it('hands the names of other hosts to both servers', () => {
    for (const allowed of [devFlags, previewFlags])
      expect(parseSiteFlags('dev', allowed, ['--allow-host', 'a.local']).env).toEqual({
        ALLOW_HOST: 'a.local',
      });
  });

  it.each([
    ['--srict', 'build has no flag --srict; it has --artifacts, --base, --site, --out, --force, --strict.'],
    ['dist', 'build has no flag dist; it has --artifacts, --base, --site, --out, --force, --strict.'],
    ['--port 1', 'build has no flag --port; it has --artifacts, --base, --site, --out, --force, --strict.'],
    ['--out', '--out wants a value: --out DIR.'],
    ['--out --strict', '--out wants a value: --out DIR.'],
    ['--out=', '--out wants a value: --out DIR.'],
    ['--strict=1', '--strict takes no value.'],
    ['--out a --out b', '--out was given twice; give it once.'],
  ])('refuses %s in one sentence with exit code 2', (line, message) => {
    expect(() => build(line)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it.each(['0', '65536', 'abc', '80.5', '-1'])('no server is started on the port %s', (port) => {
    expect(() => parseSiteFlags('dev', devFlags, [`--port=${port}`])).toThrow(
      `--port takes a whole number from 1 to 65535, not "${port}".`,
    );
  });
});

describe('siteHelp', () => {
  it('lists the flags with their values', () => {
    expect(siteHelp('build', buildFlags)).toMatch(
      /^Usage: npm run build.*--out DIR {5,}the folder of the built site/s,
    );
  });
});
