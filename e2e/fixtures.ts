import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockRun } from '../trainer/artifacts/lock.ts';
import { type ListedRun, listRuns } from '../trainer/artifacts/reader.ts';
import { fileEntry, withFiles } from '../trainer/artifacts/records.ts';
import { type EpochRecord, nearestPath, type Run } from '../trainer/artifacts/schema.ts';
import { digitSide } from '../trainer/data/idx-format.ts';
import { encodeGreyPng } from '../trainer/export/png.ts';
import type { EpochScores } from '../trainer/metrics/names.ts';

/** Runs in the states that a training of seconds does not end in: copies of a real one with another ending. */
export const states = {
  running: { name: 'state-running', status: 'running', message: null, endedAt: null },
  cutOff: { name: 'state-cut-off', status: 'running', message: null, endedAt: null },
  stopped: { name: 'state-stopped', status: 'stopped', message: 'Stopped with Ctrl-C; go on with --resume.' },
  diverged: {
    name: 'state-diverged',
    status: 'diverged',
    message: 'The loss of the discriminator is not a number any more: try a smaller --learning-rate-d.',
  },
} as const satisfies Record<string, Partial<Run>>;

/** A run whose record was cut off, as by a full disk. */
export const brokenRun = 'state-broken';
/** A run that lacks one of its pictures. */
export const incompleteRun = 'state-incomplete';
/** A folder whose name cannot be part of an address. */
export const misnamedRun = 'Not a run';

export async function deriveStates(artifacts: string): Promise<void> {
  const whole = (await listRuns(artifacts)).find(({ run }) => run?.status === 'finished');
  if (!whole?.run) throw new Error(`${artifacts} holds no finished run to derive the others from.`);
  const { run } = whole;
  const copy = (name: string) => cp(join(artifacts, run.name), join(artifacts, name), { recursive: true });
  for (const state of Object.values(states)) {
    await copy(state.name);
    await writeFile(join(artifacts, state.name, 'run.json'), JSON.stringify({ ...run, ...state }));
  }
  // Held for as long as this process lives, and so while it builds.
  await lockRun(join(artifacts, states.running.name));
  await deriveScored(artifacts, whole);
  for (const name of [brokenRun, incompleteRun, misnamedRun]) await copy(name);
  const record = join(artifacts, brokenRun, 'run.json');
  await writeFile(record, (await readFile(record)).subarray(0, 400));
  await rm(join(artifacts, incompleteRun, 'reals.png'));
}

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
async function deriveScored(artifacts: string, { run, history }: Whole): Promise<void> {
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
