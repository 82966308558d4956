import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { normaliseBase, parseSite, readSettings } from './settings.ts';

test.each([
  ['', '/'],
  ['/', '/'],
  ['inkling', '/inkling/'],
  ['/inkling/', '/inkling/'],
  ['//a//b', '/a/b/'],
])('a base path of "%s" is hosted under %s', (given, wanted) => {
  expect(normaliseBase(given)).toBe(wanted);
});

test('an empty environment builds ./artifacts into ./dist at the root, leniently', () => {
  expect(readSettings({})).toEqual({
    artifactsDir: resolve('artifacts'),
    outDir: resolve('dist'),
    base: '/',
    site: undefined,
    strict: false,
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
