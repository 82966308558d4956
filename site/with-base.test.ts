import { expect, test } from 'vitest';
import { withBase } from './with-base.ts';

test.each([
  ['', '/', '/'],
  ['runs/mlp/', '/', '/runs/mlp/'],
  ['', '/inkling/', '/inkling/'],
  ['/runs/mlp/', '/inkling/', '/inkling/runs/mlp/'],
  ['runs/mlp/', '/inkling', '/inkling/runs/mlp/'],
])('"%s" under %s is %s', (path, base, wanted) => {
  expect(withBase(path, base)).toBe(wanted);
});
