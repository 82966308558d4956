import { expect, test } from 'vitest';
import { newRun } from '../../trainer/artifacts/records.ts';
import { detailsOf } from '../../trainer/artifacts/run-fixture.ts';
import { type Run, runSchema } from '../../trainer/artifacts/schema.ts';
import { downloads, publishedFiles, zipName } from './files.ts';

const file = (path: string): Run['files'][number] => ({ path, bytes: 1, sha256: '0'.repeat(64) });

test('a run publishes its record and what it lists', () => {
  const files = ['history.json', 'epochs/0000.png'].map(file);
  expect(publishedFiles({ files })).toEqual(['run.json', 'history.json', 'epochs/0000.png']);
});

test.each([
  'checkpoint.safetensors',
  'training.lock',
  'evil.html',
  '../x.png',
  '/etc/x.png',
  'x.svg',
  '.htaccess',
])('a record that lists %s is none, so that it is never published', (path) => {
  const run = newRun(detailsOf('toy'), new Date(0));
  expect(runSchema.safeParse({ ...run, files: [file('epochs/0000.png')] }).success).toBe(true);
  expect(runSchema.safeParse({ ...run, files: [file(path)] }).success).toBe(false);
});

test('a zip is named after its run and its epoch, so that two do not overwrite one another', () => {
  expect(zipName({ name: 'conditional' }, 6)).toBe('conditional-epoch-0006.zip');
  expect(zipName({ name: 'conditional' }, 'grids')).toBe('conditional-grids.zip');
});

test('grids by averaged weights and by raw ones can be taken home, and what an evaluation drew', () => {
  const run: Run = {
    ...newRun(detailsOf('toy'), new Date(0)),
    epochs: [
      { epoch: 0, step: 0, grid: 'epochs/0000.png', model: null },
      { epoch: 1, step: 9, grid: 'epochs/0001.png', rawGrid: 'epochs/0001-raw.png', model: null },
    ],
    evaluation: { epoch: 1, samples: 10, histogram: [], pairs: { picture: 'nearest.png', pairs: [] } },
  };
  const { grids, records } = downloads(run);
  expect(grids.map(({ path }) => path)).toEqual([
    'epochs/0000.png',
    'epochs/0001.png',
    'epochs/0001-raw.png',
  ]);
  expect(records.map(({ path }) => path)).toContain('nearest.png');
});
