import type { History, Run } from '../../trainer/artifacts/schema.ts';

export interface SyntheticRun {
  readonly run: Run;
  readonly history: History;
  /** The source's file behind each of the copy's grids and models. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

/** The published files of an epoch, wherever it has them. */
type Epoch = Run['epochs'][number];

/**
 * A copy of a run that is as long as wanted: the source's epochs again and again, each with files of its own.
 *
 * @param index which copy it is; a later one started later
 */
export function syntheticRun(
  source: { readonly run: Run; readonly history: History },
  { index, epochs }: { readonly index: number; readonly epochs: number },
): SyntheticRun {
  const { run, history } = source;
  const stepsPerEpoch = stepsOf(history);
  const copies = Array.from({ length: epochs + 1 }, (_, epoch) =>
    copyEpoch(run.epochs, epoch, stepsPerEpoch),
  );
  const files = copies.flatMap(({ original, copy }) => epochFiles(run, original, copy));
  const shared = run.files
    .filter(({ path }) => path === 'reals.png' || path === run.evaluation?.pairs.picture)
    .map(({ path }) => ({ from: path, to: path }));
  const all = [...shared, ...files];
  return {
    run: {
      ...run,
      name: `copy-${String(index).padStart(3, '0')}`,
      status: 'finished',
      message: null,
      startedAt: later(run.startedAt, index),
      endedAt: later(run.endedAt ?? run.startedAt, index),
      config: { ...run.config, epochs },
      epochs: copies.map(({ copy }) => copy),
      files: all.map(({ from, to }) => ({ ...listed(run, from), path: to })),
    },
    history: longHistory(history, epochs, stepsPerEpoch),
    files: all,
  };
}

function copyEpoch(originals: readonly Epoch[], epoch: number, stepsPerEpoch: number) {
  const original = originals[epoch % originals.length];
  if (!original) throw new RangeError('a run without epochs cannot be copied');
  const digits = String(epoch).padStart(4, '0');
  const copy: Epoch = {
    epoch,
    step: epoch * stepsPerEpoch,
    grid: `epochs/${digits}.png`,
    model: original.model === null ? null : `models/${digits}/model.json`,
  };
  return { original, copy };
}

function epochFiles(run: Run, original: Epoch, copy: Epoch): { from: string; to: string }[] {
  const grid = { from: original.grid, to: copy.grid };
  if (original.model === null || copy.model === null) return [grid];
  const [from, to] = [folderOf(original.model), folderOf(copy.model)];
  const model = run.files.filter(({ path }) => path.startsWith(from));
  return [grid, ...model.map(({ path }) => ({ from: path, to: to + path.slice(from.length) }))];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function listed(run: Run, path: string): Run['files'][number] {
  const file = run.files.find((candidate) => candidate.path === path);
  if (!file) throw new RangeError(`${run.name} does not list ${path}`);
  return file;
}

function stepsOf({ epochs }: History): number {
  const last = epochs.at(-1);
  if (!last) throw new RangeError('a run without a history cannot be copied');
  return Math.max(1, Math.round(last.step / last.epoch));
}

/** The per-step series keeps its length, as the trainer thins it to, and is stretched over the longer run. */
function longHistory(
  { epochs: records, steps, ...rest }: History,
  epochs: number,
  stepsPerEpoch: number,
): History {
  const repeated = Array.from({ length: epochs }, (_, i) => {
    const record = records[i % records.length];
    if (!record) throw new RangeError('a run without a history cannot be copied');
    return { ...record, epoch: i + 1, step: (i + 1) * stepsPerEpoch };
  });
  const stretch = Math.max(1, Math.floor((epochs * stepsPerEpoch) / (steps.step.at(-1) ?? 1)));
  return {
    ...rest,
    epochs: repeated,
    steps: { ...steps, every: steps.every * stretch, step: steps.step.map((step) => step * stretch) },
  };
}

function later(moment: string, minutes: number): string {
  return new Date(Date.parse(moment) + minutes * 60_000).toISOString();
}
