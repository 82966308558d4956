import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Runs a command without a word, for some minutes at most; undefined unless it succeeds. */
export function quietly(command: string, args: readonly string[]): true | undefined {
  const { status }: SpawnSyncReturns<Buffer> = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: 5 * 60_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0 ? true : undefined;
}

/** Has Debian's or Ubuntu's own packages installed, where we may; undefined unless they are. */
export function installPackages(names: readonly string[]): true | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  console.log(`Asking the system for ${names.join(', ')}.`);
  quietly('apt-get', ['update', '-qq']);
  return quietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names]);
}
