import { type ListedRun, listRuns } from '../../trainer/artifacts/reader.ts';

/** Of this process: a build's pages are a bundle of their own, with copies of our modules. */
const shared = globalThis as typeof globalThis & { inklingRuns?: Map<string, Promise<ListedRun[]>> };

/**
 * Every run of a folder as it was when it was first asked for, its files' contents checked, so that what the pages
 * show, what is warned of and what is published are the same.
 */
export function checkedRuns(artifactsDir: string): Promise<ListedRun[]> {
  shared.inklingRuns ??= new Map();
  const known = shared.inklingRuns.get(artifactsDir) ?? listRuns(artifactsDir, { contents: true });
  shared.inklingRuns.set(artifactsDir, known);
  return known;
}
