import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Scheme = 'light' | 'dark';

/** The keys of the player, as WebDriver writes them (W3C WebDriver, 17.4.2). */
export const keys = { End: '\uE010', Home: '\uE011', ArrowLeft: '\uE012', ArrowRight: '\uE014', Space: ' ' };

/** The one tab of a browser that we drive ourselves, since Playwright drives no browser of the system but Chromium. */
export interface Tab {
  /** Opens an address and waits until the page and all that it names are loaded. */
  open(url: string): Promise<void>;
  /** @param expression a promise of a string, in the page */
  evaluate(expression: string): Promise<string>;
  /** Presses and lets go of a key, wherever the focus is. */
  press(key: string): Promise<void>;
  /** What is on the screen, a PNG of one pixel for each of the page's. */
  screenshot(): Promise<Buffer>;
  close(): void;
}

/** Size of the page in pixels. */
export const viewport = { width: 1280, height: 900 };

/** The actions of a key that is pressed, which both protocols write alike. */
export const pressed = (value: string) => [
  {
    type: 'key',
    id: 'keyboard',
    actions: [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ],
  },
];

/** Calls a function in the page. What it takes and returns is JSON; what it throws is thrown here. */
export async function run<A extends readonly unknown[], R>(
  tab: Tab,
  script: (...args: A) => R,
  ...args: A
): Promise<Awaited<R>> {
  const call = `(${script})(...${JSON.stringify(args)})`;
  const answer = await tab.evaluate(
    `(async () => JSON.stringify({ value: await ${call} }))().catch((error) => JSON.stringify({ fault: String(error) }))`,
  );
  const { value, fault } = JSON.parse(answer);
  if (fault !== undefined) throw new Error(`In the page: ${fault}`);
  return value;
}

export interface Program {
  /** The first match of `pattern` in what it writes to its standard output or error. */
  wrote(pattern: RegExp): Promise<string>;
  /** Ends it and all that it started. */
  end(): void;
}

/** Starts a program whose home is `home`. */
export function start(
  command: string,
  args: readonly string[],
  home: string,
  env: NodeJS.ProcessEnv = {},
): Program {
  const child = spawn(command, args, {
    // A group of its own: browsers are many processes.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: home, ...env },
  });
  let written = '';
  const listeners = new Set<() => void>();
  const listen = (chunk: Buffer) => {
    written += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const end = () => {
    process.off('exit', end);
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', end);
  return {
    end,
    wrote: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(written);
          if (found) resolve(found[1] ?? found[0]);
        };
        listeners.add(look);
        child.once('error', reject);
        child.once('exit', () => reject(new Error(`${command} ended: ${written.slice(-500)}`)));
        look();
      }),
  };
}

/** A folder for a browser to live in. */
export function makeHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'inkling-browser-'));
  // A process that is being killed may still write.
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return { home, remove };
}
