import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';

/** Runs a command without a word, for some minutes at most; undefined unless it succeeds. */
function quietly(command: string, args: readonly string[]): true | undefined {
  const { status }: SpawnSyncReturns<Buffer> = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: 5 * 60_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0 ? true : undefined;
}

/** Has Debian's or Ubuntu's own packages installed, where we may; undefined unless they are. */
function installPackages(names: readonly string[]): true | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  console.log(`Asking the system for ${names.join(', ')}.`);
  quietly('apt-get', ['update', '-qq']);
  return quietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names]);
}

const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const noChromium = `The browser tests need Chromium, and none could be found or installed. Do one of:
  npx playwright install chromium
  sudo apt-get install -y chromium        (Debian, Ubuntu)
  CHROME_PATH=/path/to/chrome npm run e2e`;

/**
 * Path of a Chromium: the one that CHROME_PATH names, Playwright's own, the system's; undefined when there is none.
 *
 * @throws when CHROME_PATH names a file that is not there
 */
function findChromium(): string | undefined {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH) {
    if (existsSync(CHROME_PATH)) return CHROME_PATH;
    throw new Error(`CHROME_PATH names ${CHROME_PATH}, but there is no such file.`);
  }
  return [ownPath(), ...systemPaths].find((path) => path !== undefined && existsSync(path));
}

/**
 * Path of a Chromium, installed first when there is none.
 *
 * @throws one message that says how to get one
 */
export function ensureChromium(): string {
  const found =
    findChromium() ?? (installOwn() && findChromium()) ?? (installPackages(['chromium']) && findChromium());
  if (found) return found;
  throw new Error(noChromium);
}

function ownPath(): string | undefined {
  try {
    return chromium.executablePath();
  } catch {
    return undefined; // Playwright has none for this system.
  }
}

function installOwn(): true | undefined {
  console.log('No Chromium found: asking Playwright for its own.');
  const playwright = dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json'));
  return quietly(process.execPath, [join(playwright, 'cli.js'), 'install', 'chromium']);
}

/** The browsers beside Chromium in which every page is looked at. */
export const others = ['firefox', 'webkit'] as const;
export type Other = (typeof others)[number];

interface Needs {
  /** The first of `paths` that is there drives the browser; all of `beside` must be there as well. */
  readonly paths: readonly (string | undefined)[];
  readonly beside: readonly string[];
  readonly packages: readonly string[];
  readonly variable?: string;
}

const { CI, FIREFOX_PATH } = process.env;

const needs: Record<Other, Needs> = {
  firefox: {
    paths: [FIREFOX_PATH, '/usr/bin/firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'],
    beside: [],
    packages: ['firefox-esr'],
    variable: 'FIREFOX_PATH',
  },
  webkit: {
    paths: ['/usr/bin/WebKitWebDriver'],
    beside: ['/usr/bin/Xvfb'],
    packages: ['webkit2gtk-driver', 'xvfb'],
  },
};

/** Path of the program that is, or drives, a browser; undefined when something that it needs is missing. */
export function findOther(name: Other): string | undefined {
  const { paths, beside } = needs[name];
  return beside.every(existsSync) ? paths.find((path) => path !== undefined && existsSync(path)) : undefined;
}

/** What is left out without the browser, and how to get it. */
export function lacking(name: Other): string {
  const { packages, variable } = needs[name];
  const ways = [`apt-get install ${packages.join(' ')}`, ...(variable ? [`${variable}=/path/to/it`] : [])];
  return `The pages are not looked at in ${name}, which was not found here: ${ways.join(', or ')}.`;
}

/**
 * Installs what is missing where all browsers are demanded, in continuous integration; elsewhere says what is left out.
 *
 * @throws where one is demanded and cannot be had
 */
export function ensureOthers(): void {
  for (const name of others) {
    if (findOther(name) || (CI && installPackages(needs[name].packages) && findOther(name))) continue;
    if (CI) throw new Error(lacking(name));
    console.log(lacking(name));
  }
}
