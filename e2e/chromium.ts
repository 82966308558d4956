import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { installPackages, quietly } from './packages.ts';

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
export function findChromium(): string | undefined {
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
