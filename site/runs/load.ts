import { type ListedRun, listRuns } from '../../trainer/artifacts/reader.ts';
import { readSettings } from '../settings.ts';

export type { ListedRun };

let cached: Promise<ListedRun[]> | undefined;

/** Every run, newest first; those that cannot be read come last. A build reads the disk once, the dev server always. */
export function loadRuns(): Promise<ListedRun[]> {
  if (import.meta.env.DEV) return listRuns(readSettings().artifactsDir);
  cached ??= listRuns(readSettings().artifactsDir);
  return cached;
}
