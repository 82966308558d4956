import { expect, test } from 'vitest';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { publishedFiles } from './files.ts';

const file = (path: string): Run['files'][number] => ({ path, bytes: 1, sha256: '0'.repeat(64) });

test('a run publishes its record and what it lists, and keeps its checkpoint', () => {
  const files = ['history.json', 'epochs/0000.png', 'checkpoint/state.bin'].map(file);
  expect(publishedFiles({ files })).toEqual(['run.json', 'history.json', 'epochs/0000.png']);
});
