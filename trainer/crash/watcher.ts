import { hash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { listRuns } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import { readOwn } from '../disk/files.ts';
import { firstLine } from '../errors.ts';

/** What a reader of the folder has seen. */
export interface Seen {
  /** Runs read, every listed file of them by its sum. */
  readonly reads: number;
  /** What was wrong with a run whose record stayed as it was all the while; empty if ever they were whole. */
  readonly faults: readonly string[];
}

/** The record is replaced as a whole, so that another file stands under its name after every change. */
const recordOf = async (directory: string) => {
  const found = await stat(join(directory, 'run.json'), { bigint: true }).catch(() => undefined);
  return found && `${found.ino} ${found.mtimeNs}`;
};

async function wrongFile(directory: string, { files, status }: Run): Promise<string | undefined> {
  for (const { path, bytes, sha256 } of files) {
    // It may be one epoch ahead of its record: see runSchema.
    if (path === 'history.json' && status === 'running') continue;
    const contents = await readOwn(directory, path, { atMost: 2 ** 30 }).catch((error: unknown) =>
      firstLine(error),
    );
    if (typeof contents === 'string') return contents;
    if (contents.length !== bytes || hash('sha256', contents, 'hex') !== sha256)
      return `${path} is not the file that run.json lists`;
  }
  return undefined;
}

/** Reads every run under `artifacts` as a site does, and every file that one lists. */
async function look(artifacts: string): Promise<Seen> {
  const names = (await readdir(artifacts).catch(() => [])).filter((name) => !name.includes('.'));
  const before = new Map<string, string | undefined>();
  for (const name of names) before.set(name, await recordOf(join(artifacts, name)));
  const faults: string[] = [];
  let reads = 0;
  for (const { name, run, fault } of await listRuns(artifacts)) {
    const directory = join(artifacts, name);
    const found = fault ?? (await wrongFile(directory, run));
    reads++;
    // One that was replaced in the meantime is read again.
    if (found !== undefined && before.has(name) && before.get(name) === (await recordOf(directory)))
      faults.push(`${name}: ${found}`);
  }
  return { reads, faults };
}

if (parentPort) {
  const port = parentPort;
  let stopping = false;
  port.once('message', () => {
    stopping = true;
  });
  let seen: Seen = { reads: 0, faults: [] };
  while (!stopping) {
    const { reads, faults } = await look(workerData as string);
    seen = { reads: seen.reads + reads, faults: [...new Set([...seen.faults, ...faults])] };
    await setTimeout(2);
  }
  port.postMessage(seen);
  port.close();
}
