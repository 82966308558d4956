import * as v from 'valibot';
import { expect, test } from 'vitest';
import { detailsOf, recordOf } from '../../../trainer/artifacts/run-fixture.ts';
import {
  epochPaths,
  type History,
  type Run,
  runSchema,
  schemaVersion,
} from '../../../trainer/artifacts/schema.ts';
import { comparedRunSchema } from './record.ts';
import { toComparedRun } from './to-record.ts';

const run: Run = runSchema.parse({
  ...detailsOf('toy'),
  schemaVersion,
  status: 'finished',
  message: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  seconds: 6,
  epochs: [0, 3].map((epoch) => ({ epoch, step: epoch, grid: epochPaths(epoch).grid, model: null })),
  metrics: { fcd: 12.34567 },
  files: [],
});
const history: History = {
  schemaVersion,
  epochs: [recordOf(1), { ...recordOf(2), metrics: { fcd2k: 20 } }],
  steps: { every: 1, step: [], lossD: [], lossG: [] },
};
const entry = { name: 'toy', run, history, status: 'finished' } as const;

test('what the site writes for the compare page is what the page reads', () => {
  const written = toComparedRun(entry);
  expect(v.parse(comparedRunSchema, JSON.parse(JSON.stringify(written)))).toEqual(written);
});

test('it holds every published grid, every curve with gaps where an epoch has none, and the scores', () => {
  const { frames, curves, scores, latents } = toComparedRun(entry);
  expect(latents).toEqual({ seed: 1, rows: 2, columns: 3, size: 9 });
  expect(frames.map(({ epoch }) => epoch)).toEqual([0, 3]);
  expect(curves.epochs).toEqual([1, 2]);
  expect(curves.series.map(({ key }) => key)).toEqual([
    'lossD',
    'lossG',
    'realScore',
    'fakeScore',
    'metric-fcd2k',
  ]);
  expect(curves.series.at(-1)).toMatchObject({ values: [null, 20], scale: { log: true } });
  expect(scores).toEqual([{ label: 'FCD-MNIST', value: '12.35' }]);
});

test('a run of which no epoch has ended has no last losses', () => {
  const { facts } = toComparedRun({ ...entry, history: { ...history, epochs: [] } });
  expect(facts.map(({ label }) => label)).not.toContain('Last loss of G');
});
