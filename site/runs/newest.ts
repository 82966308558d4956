import type { Run } from '../../trainer/artifacts/schema.ts';
import type { ListedRun } from './load.ts';

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
