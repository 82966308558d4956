import { constants, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listRuns } from '../../trainer/artifacts/reader.ts';
import { dataFolder, publishedFiles } from '../runs/files.ts';

/** Files copied at a time: enough to keep a disk busy, few enough for any limit on open files. */
const parallel = 16;

/** Copies the published files of every readable run into the built site; returns how many. */
export async function publishRuns(artifactsDir: string, site: URL): Promise<number> {
  const target = join(fileURLToPath(site), dataFolder);
  const jobs = (await listRuns(artifactsDir)).flatMap(({ name, run }) =>
    run ? publishedFiles(run).map((path) => join(name, path)) : [],
  );
  let copied = 0;
  const queue = jobs.values();
  const worker = async () => {
    for (const path of queue) {
      if (await copyIfPresent(join(artifactsDir, path), join(target, path))) copied++;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return copied;
}

/** A run that is trained on while the site is built may have dropped a file since it was read. */
async function copyIfPresent(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
