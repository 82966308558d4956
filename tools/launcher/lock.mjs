// @ts-check
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Who holds the lock.
 * @typedef {{ pid: number, host: string, since: number }} Holder
 */

/** A holder on another machine cannot be asked whether it lives, so it is believed for this long. */
const foreignHolderMs = 10 * 60_000;
/** Between making the folder and writing its holder into it a process needs no longer than this. */
const namelessMs = 10_000;

/**
 * Waits for and takes a lock that is a folder: making one is atomic everywhere.
 *
 * @param {string} folder
 * @param {(holder: Holder | undefined) => void} onWait called once if another process holds it
 * @returns {Promise<() => void>} gives the lock back
 */
export async function takeLock(folder, onWait) {
  mkdirSync(dirname(folder), { recursive: true });
  const firstTry = Date.now();
  for (let tries = 0; ; tries++) {
    if (makeFolder(folder)) {
      writeFileSync(join(folder, 'holder.json'), JSON.stringify(thisProcess()));
      return () => rmSync(folder, { recursive: true, force: true });
    }
    const holder = readHolder(folder);
    const stale = holder ? isStale(holder) : Date.now() - firstTry > namelessMs;
    if (stale) removeStale(folder, holder);
    else {
      if (tries === 0) onWait(holder);
      await sleep(200);
    }
  }
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns {Holder} */
function thisProcess() {
  return { pid: process.pid, host: hostname(), since: Date.now() };
}

/**
 * @param {string} folder
 * @returns {Holder | undefined}
 */
function readHolder(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'holder.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that took the lock is gone.
 * @param {Holder} holder
 * @param {Holder} asker
 */
export function isStale(holder, asker = thisProcess()) {
  if (holder.host !== asker.host) return asker.since - holder.since > foreignHolderMs;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}

/**
 * Of several processes that find a lock stale, one renames it away; another may by then rename a new,
 * living lock, sees that by its holder, and puts it back.
 * @param {string} folder
 * @param {Holder | undefined} stale
 */
function removeStale(folder, stale) {
  const aside = `${folder}.${process.pid}.stale`;
  try {
    renameSync(folder, aside);
    const taken = readHolder(aside);
    if (taken?.pid === stale?.pid && taken?.since === stale?.since) {
      rmSync(aside, { recursive: true, force: true });
    } else renameSync(aside, folder);
  } catch {
    // Another process was faster: the next try sees what it left.
  }
}
