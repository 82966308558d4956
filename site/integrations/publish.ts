import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkContents, mayBeNewer, readListed } from '../../trainer/artifacts/contents.ts';
import type { ListedRun } from '../../trainer/artifacts/reader.ts';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { InputError } from '../../trainer/errors.ts';
import { dataFolder, publishedFiles } from '../runs/files.ts';

/** The bytes of a run's file as they are published: the record as our schema read it, all else as it was checked. */
async function publishedBytes(directory: string, run: Run, path: string): Promise<Uint8Array | string> {
  if (path === 'run.json') return JSON.stringify(run);
  const bytes = await readListed(directory, run, path);
  // All others have the sum that was checked when the runs were listed.
  if (mayBeNewer(run, path)) await checkContents(path, bytes, { directory, run });
  return bytes;
}

/**
 * Writes the published files of every readable run into the built site. One that was dropped or replaced since the
 * runs were listed, as a training that goes on does, is left out.
 *
 * @param site folder of the built site
 * @returns how many were written, and what is wrong with those that were left out of finished runs
 */
export async function publishRuns(
  artifactsDir: string,
  listed: readonly ListedRun[],
  site: string,
): Promise<{ readonly published: number; readonly faults: readonly string[] }> {
  let published = 0;
  const faults: string[] = [];
  for (const { name, run } of listed) {
    if (!run) continue;
    for (const path of publishedFiles(run)) {
      const to = join(site, dataFolder, name, path);
      try {
        const bytes = await publishedBytes(join(artifactsDir, name), run, path);
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, bytes);
        published++;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        if (run.status !== 'running') faults.push(error.message);
      }
    }
  }
  return { published, faults };
}
