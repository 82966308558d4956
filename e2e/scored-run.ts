import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedRun } from '../trainer/artifacts/reader.ts';
import { fileEntry, withFiles } from '../trainer/artifacts/records.ts';
import { type EpochRecord, nearestPath, type Run } from '../trainer/artifacts/schema.ts';
import { digitSide } from '../trainer/data/idx-format.ts';
import { encodeGreyPng } from '../trainer/export/png.ts';
import type { EpochScores } from '../trainer/metrics/names.ts';

type Whole = Extract<ListedRun, { run: object }>;
type Epoch = Run['epochs'][number];

/** What a run can carry at most. Its numbers are made up: training for seconds has no scores worth a test. */
export const scored = {
  name: 'state-scored',
  heldOut: 2000,
  /** Has the lowest distance, and is not the last. */
  best: 1,
  distance: 3.25,
  histogram: [1000, 1300, 950, 1000, 1050, 900, 1000, 1000, 800, 1000],
  pairs: [
    { index: 7, looksLike: 0, digit: 41_003, distance: 1.25 },
    { index: 512, looksLike: 1, digit: 9, distance: 2.5 },
    { index: 3, looksLike: 7, digit: 600, distance: 2.75 },
  ],
  metrics: { fcd: 2.5, precision: 0.75, recall: 0.5, nearestDistance: 4.5, samples: 10_000, epoch: 2 },
} as const;

/** The scores of an epoch: best at `scored.best`; after it most of the variety is lost. */
function scoresAt(epoch: number): EpochScores {
  const away = Math.abs(epoch - scored.best);
  return {
    fcd2k: scored.distance + away,
    precision2k: 0.75,
    recall2k: epoch > scored.best ? 0.02 : 0.5,
    classTotalVariation2k: 0.0625,
  };
}

/** Where the grid of an epoch's weights as they are lies; epoch 0 stands for those that have none. */
function rawPath(epoch: number): string | undefined {
  return epoch === 0 ? undefined : `epochs/${String(epoch).padStart(4, '0')}-raw.png`;
}

/** Writes a copy of a run with scores by epoch, an evaluation and a raw grid of every epoch. */
export async function deriveScored(artifacts: string, { run, history }: Whole): Promise<void> {
  const folder = join(artifacts, scored.name);
  await cp(join(artifacts, run.name), folder, { recursive: true });
  const write = async (path: string, contents: Uint8Array | string) => {
    await writeFile(join(folder, path), contents);
    return fileEntry(path, contents);
  };
  const records = history.epochs.map(
    (record): EpochRecord => ({ ...record, metrics: scoresAt(record.epoch) }),
  );
  const files = [await write('history.json', JSON.stringify({ ...history, epochs: records }))];
  // The untrained grid stands for a raw one: a picture of the right size that differs from every averaged one.
  const untrained = await readFile(join(folder, run.epochs[0]?.grid ?? ''));
  const epochs: Epoch[] = [];
  for (const { epoch, step, grid, model } of run.epochs) {
    const rawGrid = rawPath(epoch);
    epochs.push({ epoch, step, grid, model, ...(rawGrid && { rawGrid }) });
    if (rawGrid) files.push(await write(rawGrid, untrained));
  }
  const picture = nearestPath;
  const [width, height] = [scored.pairs.length * digitSide, 2 * digitSide];
  files.push(
    await write(picture, await encodeGreyPng(new Uint8Array(width * height).fill(200), width, height)),
  );
  const { epoch, samples } = scored.metrics;
  const record: Run = {
    ...withFiles(run, files),
    name: scored.name,
    data: { ...run.data, heldOut: scored.heldOut },
    epochs,
    metrics: { ...scored.metrics },
    evaluation: {
      epoch,
      samples,
      histogram: [...scored.histogram],
      pairs: { picture, pairs: [...scored.pairs] },
    },
  };
  await writeFile(join(folder, 'run.json'), JSON.stringify(record));
}
