import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { isStale, takeLock } from './lock.mjs';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'inkling-lock-')), 'cache', 'install.lock');
});
const heldBy = (holder: object) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'holder.json'), JSON.stringify(holder));
};
/** Above every process id that Linux, macOS and Windows give out. */
const deadPid = 2 ** 30;
const neverWaits = () => {
  throw new Error('It waited.');
};

describe('takeLock', () => {
  it('lets one in at a time', async () => {
    const order: string[] = [];
    const give = await takeLock(folder, neverWaits);
    const second = takeLock(folder, (holder) => {
      order.push(`waits for ${holder?.pid === process.pid ? 'the first' : 'nobody known'}`);
      give();
    });
    const giveSecond = await second;
    expect(order).toEqual(['waits for the first']);
    giveSecond();
    expect(readdirSync(dirname(folder))).toEqual([]);
  });

  it('takes over from a process that died, and leaves nothing behind', async () => {
    heldBy({ pid: deadPid, host: hostname(), since: Date.now() });
    const give = await takeLock(folder, neverWaits);
    expect(readdirSync(dirname(folder))).toEqual(['install.lock']);
    give();
  });

  it('never lets two of many in together, even over a lock left behind', async () => {
    heldBy({ pid: deadPid, host: hostname(), since: 0 });
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const give = await takeLock(folder, () => {});
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
        give();
      }),
    );
    expect(most).toBe(1);
  });
});

describe('isStale', () => {
  it('believes a holder on another machine for ten minutes', () => {
    const asker = { pid: 1, host: 'here', since: 1e12 };
    expect(isStale({ pid: deadPid, host: 'there', since: 1e12 - 60_000 }, asker)).toBe(false);
    expect(isStale({ pid: deadPid, host: 'there', since: 1e12 - 660_000 }, asker)).toBe(true);
  });
});
