import { expect, test } from 'vitest';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { publishedFiles, zipName } from './files.ts';

const file = (path: string): Run['files'][number] => ({ path, bytes: 1, sha256: '0'.repeat(64) });

test('a run publishes its record and what it lists, and keeps its checkpoint', () => {
  const files = ['history.json', 'epochs/0000.png', 'checkpoint/state.bin'].map(file);
  expect(publishedFiles({ files })).toEqual(['run.json', 'history.json', 'epochs/0000.png']);
});

test('a zip is named after its run and its epoch, so that two do not overwrite one another', () => {
  expect(zipName({ name: 'conditional' }, 6)).toBe('conditional-epoch-0006.zip');
  expect(zipName({ name: 'conditional' }, 'grids')).toBe('conditional-grids.zip');
});
