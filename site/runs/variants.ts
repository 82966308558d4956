import type { Run } from '../../trainer/artifacts/schema.ts';
import type { ConfigField } from '../../trainer/config.ts';

/**
 * One run for each value of a setting, to be seen side by side: the newest finished one.
 *
 * @param runs of one recipe, the newest first
 */
export function variants<R extends Pick<Run, 'config' | 'status' | 'epochs'>>(
  runs: readonly R[],
  field: ConfigField,
): R[] {
  const byValue = new Map<unknown, R>();
  for (const run of runs) {
    const value = run.config[field];
    const complete = run.status === 'finished' && run.epochs.length > 0;
    if (complete && !byValue.has(value)) byValue.set(value, run);
  }
  return [...byValue.values()];
}
