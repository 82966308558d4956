// @ts-check
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for and takes a lock: a file that its holder touches every second, wherever it runs. One that was not touched
 * for long is left of a process that was killed.
 *
 * @param {string} path
 * @param {() => void} onWait called once if another process holds it
 * @param {object} [options]
 * @param {number} [options.silence] milliseconds of it that mean death
 * @returns {Promise<() => void>} gives the lock back
 */
export async function takeLock(path, onWait, { silence = 10_000 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let [touched, since] = [touchedAt(path), Date.now()];
  for (let tries = 0; !make(path); tries++) {
    if (tries === 0) onWait();
    await sleep(100);
    const last = touchedAt(path);
    // Times of the file are compared with one another alone: another machine's clock may be ahead.
    if (last !== touched) [touched, since] = [last, Date.now()];
    else if (Date.now() - since > silence) rmSync(path, { recursive: true, force: true });
  }
  const beat = setInterval(() => touch(path), 1000).unref();
  return () => {
    clearInterval(beat);
    rmSync(path, { force: true });
  };
}

/** @param {string} path */
function make(path) {
  try {
    writeFileSync(path, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path */
const touchedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // It was taken for dead, or the folder has gone.
  }
}
