import { join } from 'node:path';
import { writeWhole } from './atomic.ts';
import { serialise } from './parse.ts';
import { readRun, runFolders } from './reader.ts';
import { type ArtifactIndex, indexSchema, type Run, schemaVersion } from './schema.ts';

/** The index of these runs, newest first. */
export function indexOf(runs: readonly Run[]): ArtifactIndex {
  const newestFirst = runs.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return {
    schemaVersion,
    runs: newestFirst.map(({ name, recipe, status, epochs, startedAt }) => ({
      name,
      recipe,
      status,
      epochs: epochs.length,
      startedAt,
    })),
  };
}

/** Writes `artifacts/index.json` from the run folders; a run whose record cannot be read is left out. */
export async function rebuildIndex(artifacts: string): Promise<void> {
  const runs: Run[] = [];
  for (const name of await runFolders(artifacts)) {
    const run = await readRun(join(artifacts, name)).catch(() => undefined);
    if (run) runs.push(run);
  }
  const text = serialise(indexOf(runs), { schema: indexSchema, file: 'index.json', indent: 2 });
  await writeWhole(join(artifacts, 'index.json'), text);
}
