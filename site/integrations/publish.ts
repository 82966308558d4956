import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ListedRun, mayBeNewer, readListed } from '../../trainer/artifacts/reader.ts';
import { InputError } from '../../trainer/errors.ts';
import { dataFolder, publishedFiles } from '../runs/files.ts';

type Listed = Extract<ListedRun, { run: object }>;

/** The bytes of a run's file as they are published: what the pages show as it was read for them, all else by its sum. */
async function publishedBytes(
  artifactsDir: string,
  { name, run, history }: Listed,
  path: string,
): Promise<Uint8Array | string> {
  if (path === 'run.json') return JSON.stringify(run);
  if (mayBeNewer(run, path)) return JSON.stringify(history);
  return await readListed(join(artifactsDir, name), run, path);
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
  for (const entry of listed) {
    if (!entry.run) continue;
    for (const path of publishedFiles(entry.run)) {
      const to = join(site, dataFolder, entry.name, path);
      try {
        const bytes = await publishedBytes(artifactsDir, entry, path);
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, bytes);
        published++;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        if (entry.run.status !== 'running') faults.push(error.message);
      }
    }
  }
  return { published, faults };
}
