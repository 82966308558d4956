import type { Run } from '../../trainer/artifacts/schema.ts';
import type { ListedRun } from './load.ts';

type Epoch = Run['epochs'][number];

/**
 * At most `count` epochs that tell the story: the first, the last, and between them more of the early
 * ones, in which a generator changes most (places grow with the square of their number).
 */
export function pickEpochs(epochs: readonly Epoch[], count: number): Epoch[] {
  if (epochs.length <= count) return [...epochs];
  const picked: Epoch[] = [];
  let next = 0;
  for (let i = 0; i < count; i++) {
    const ideal = Math.round((epochs.length - 1) * (i / (count - 1)) ** 2);
    const latest = epochs.length - (count - i);
    const index = Math.min(Math.max(ideal, next), latest);
    const epoch = epochs[index];
    if (epoch) picked.push(epoch);
    next = index + 1;
  }
  return picked;
}

/** The run that the home page opens with: the newest finished one, a conditional one before others. */
export function featuredRun(entries: readonly ListedRun[]): Run | undefined {
  const shown = entries.flatMap(({ run }) => (run && run.epochs.length > 1 ? [run] : []));
  const finished = shown.filter((run) => run.status === 'finished');
  return finished.find((run) => run.generator.classes > 0) ?? finished[0] ?? shown[0];
}

/**
 * The newest finished run of each recipe, by the recipe's name.
 *
 * @param entries the newest first
 */
export function newestOfEach(entries: readonly ListedRun[]): Map<string, Run> {
  const newest = new Map<string, Run>();
  for (const { run } of entries) {
    if (run?.status === 'finished' && !newest.has(run.recipe)) newest.set(run.recipe, run);
  }
  return newest;
}
