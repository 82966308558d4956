import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { normaliseBase, readSettings } from './settings.ts';

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
    strict: false,
  });
});
