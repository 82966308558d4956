import { existsSync } from 'node:fs';
import { installPackages } from '../packages.ts';

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
