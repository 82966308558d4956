import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { takeLock } from './lock.mjs';

let path = '';
beforeEach(() => {
  const room = mkdtempSync(join(tmpdir(), 'inkling-lock-'));
  path = join(room, 'cache', 'install.lock');
  return () => rmSync(room, { recursive: true });
});
const neverWaits = () => {
  throw new Error('It waited.');
};

it('lets one in at a time, and leaves nothing behind', async () => {
  const give = await takeLock(path, neverWaits);
  let waited = 0;
  const giveSecond = await takeLock(path, () => {
    waited++;
    give();
  });
  expect(waited).toBe(1);
  giveSecond();
  expect(readdirSync(dirname(path))).toEqual([]);
});

it('shows that its holder lives, by the time of the file', async () => {
  const give = await takeLock(path, neverWaits);
  const { mtimeMs } = statSync(path);
  await vi.waitFor(() => expect(statSync(path).mtimeMs).toBeGreaterThan(mtimeMs), 20_000);
  give();
});

it('never lets two of many in together, even over what a killed process left, be it a folder', async () => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'holder.json'), '{}');
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const give = await takeLock(path, () => {}, { silence: 300 });
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
      give();
    }),
  );
  expect(most).toBe(1);
});
