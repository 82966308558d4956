import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseBase, parseSite, readSettings } from './settings.ts';

test.each([
  ['/', '/'],
  ['inkling', '/inkling/'],
  ['/inkling/', '/inkling/'],
  ['a/b-1.2_~/', '/a/b-1.2_~/'],
])('a base path of "%s" is hosted under %s', (given, wanted) => {
  expect(parseBase(given)).toBe(wanted);
});

test('an empty environment builds ./artifacts into ./dist at the root, leniently', () => {
  expect(readSettings({})).toEqual({
    artifactsDir: resolve('artifacts'),
    outDir: resolve('dist'),
    base: '/',
    site: undefined,
    strict: false,
    force: false,
    allowHosts: [],
  });
});

test.each(['https://example.org', 'https://example.org/', 'http://localhost:8080'])(
  '%s is a site',
  (address) => {
    expect(parseSite(address)).toBe(address.replace(/\/$/, ''));
  },
);

test.each(['example.org', 'ftp://example.org', 'https://example.org/inkling/', 'https://example.org/?a', ''])(
  '"%s" is no site, and the message says what is',
  (address) => {
    expect(() => parseSite(address)).toThrow(/such as https:\/\/example\.org, and --base/);
  },
);

test('the site’s address comes from the environment', () => {
  expect(readSettings({ SITE_URL: 'https://example.org' }).site).toBe('https://example.org');
});

test.each([
  'https://x/y',
  'a b',
  '..',
  '/a/../b/',
  '//',
  '//host/',
  '?',
  '/a?b',
  '#a',
  '/%2e/',
  'a\\b',
  '/a//b/',
])('the base "%s" is refused with what one is', (base) => {
  expect(() => readSettings({ BASE_PATH: base })).toThrow(/takes the path .* such as \/inkling\//);
});

test('a folder of runs that was named and is not there is an error', () => {
  expect(() => readSettings({ ARTIFACTS: 'nosuch' })).toThrow(
    /^There is no folder of runs .*nosuch; name one/,
  );
  expect(() => readSettings({ ARTIFACTS: 'package.json' })).toThrow(/There is no folder of runs/);
});

test('paths are relative to where the command was given', () => {
  expect(readSettings({ OUT_DIR: 'p', INKLING_CALLED_FROM: '/somewhere' }).outDir).toBe(
    resolve('/somewhere/p'),
  );
});

test('hosts are allowed by their names alone', () => {
  expect(readSettings({ ALLOW_HOST: 'a.local,b' }).allowHosts).toEqual(['a.local', 'b']);
  expect(() => readSettings({ ALLOW_HOST: 'http://a' })).toThrow(/takes a name alone/);
});
