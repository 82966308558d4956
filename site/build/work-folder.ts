import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const day = 24 * 60 * 60_000;

function isAtWork(name: string, touched: number): boolean {
  const [, pid, host] = /^(\d+)-[0-9a-f]+@(.*)$/.exec(name) ?? [];
  if (host !== hostname()) return Date.now() - touched < day;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // Someone else's process may not be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * A folder inside `parent` for this process alone, which is removed at its end; those of processes that were killed
 * are removed as well.
 */
export function ownWorkFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const found = statSync(join(parent, name), { throwIfNoEntry: false });
    if (found && !isAtWork(name, found.mtimeMs)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, `${process.pid}-${randomBytes(4).toString('hex')}@${hostname()}`);
  mkdirSync(folder);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
