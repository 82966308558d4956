import { InputError } from '../errors.ts';
import { lockRun } from './lock.ts';
import { findRun, readRun } from './reader.ts';
import { recordText, writeFiles, writeRecord } from './run-folder.ts';
import { fileEntry, nearestPath, withEvaluation, withoutFiles } from './run-record.ts';
import type { Evaluation, Run } from './schema.ts';

/** What an evaluation found, ready to be written. */
export interface Findings {
  /** Finite numbers by name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly evaluation: Pick<Evaluation, 'epoch' | 'samples'> & {
    readonly histogram: readonly number[];
    readonly pairs: Readonly<Evaluation['pairs']['pairs']>;
  };
  /** The PNG of the pairs. */
  readonly picture: Uint8Array;
}

/**
 * Writes what an evaluation found into a run's record, in place of what an earlier one did. One that left TSTR out
 * leaves that of the same generator in.
 *
 * @throws InputError when there is no such run, it is broken, another process trains it, or it was trained further
 * @throws Error for a score that is not a finite number; the run is as it was then
 */
export async function scoreRun(artifacts: string, name: string, found: Findings): Promise<Run> {
  const { directory } = await findRun(artifacts, name);
  const lock = await lockRun(directory);
  try {
    const run = await readRun(directory);
    const { evaluation, picture } = found;
    if (run.epochs.findLast(({ model }) => model !== null)?.epoch !== evaluation.epoch)
      throw new InputError(`${name} was trained further while it was scored; score it again.`);
    const { tstr, epoch } = run.metrics ?? {};
    const kept = tstr !== undefined && epoch === evaluation.epoch ? { tstr } : {};
    const scored = withEvaluation(run, {
      metrics: { ...kept, ...found.metrics },
      evaluation: {
        ...evaluation,
        histogram: [...evaluation.histogram],
        pairs: { picture: nearestPath, pairs: [...evaluation.pairs] },
      },
      picture: fileEntry(nearestPath, picture),
    });
    recordText(scored);
    // A file that the record lists is taken off it before it is replaced.
    if (run.files.some(({ path }) => path === nearestPath))
      await writeRecord(directory, { ...withoutFiles(run, new Set([nearestPath])), metrics: null });
    await writeFiles(directory, { [nearestPath]: picture });
    await writeRecord(directory, scored);
    return scored;
  } finally {
    await lock.release();
  }
}
