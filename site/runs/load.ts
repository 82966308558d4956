import { type ListedRun, listRuns } from '../../trainer/artifacts/reader.ts';
import { readSettings } from '../settings.ts';
import { checkedRuns } from './checked.ts';

export type { ListedRun };

/** Every run, newest first; those that cannot be read come last. A build reads the disk once, the dev server always. */
export function loadRuns(): Promise<ListedRun[]> {
  const { artifactsDir } = readSettings();
  return import.meta.env.DEV ? listRuns(artifactsDir) : checkedRuns(artifactsDir);
}

export type ReadableRun = Extract<ListedRun, { run: object }>;

/** The runs that have something to set beside another's: those with a published grid, newest first. */
export async function comparableRuns(): Promise<ReadableRun[]> {
  return (await loadRuns()).filter(
    (entry): entry is ReadableRun => entry.run !== undefined && entry.run.epochs.length > 0,
  );
}
