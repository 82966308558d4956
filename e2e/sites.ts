import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '..');
/** Everything that the browser tests make; not committed. */
export const workFolder = join(root, '.cache', 'e2e');
export const artifactsFolder = join(workFolder, 'artifacts');
export const emptyFolder = join(workFolder, 'no-artifacts');

export interface Site {
  /** Name of the Playwright project that drives it, and of its folder. */
  readonly name: string;
  readonly base: string;
  readonly artifacts: string;
  readonly folder: string;
  /** The tests that it has to pass: of these files those whose title or tag is like that. */
  readonly testMatch: RegExp;
  readonly grep?: RegExp;
}

/** The builds under test. Below a path only what makes or follows an address is tested again, by its tag. */
export const sites: readonly Site[] = [
  { name: 'root', base: '/', artifacts: artifactsFolder, testMatch: /\/e2e\/(?!empty\.)\w+\.e2e\.ts$/ },
  {
    name: 'base',
    base: '/some/where/',
    artifacts: artifactsFolder,
    testMatch: /\/e2e\/\w+\.e2e\.ts$/,
    grep: /@base/,
  },
  {
    name: 'empty',
    base: '/',
    artifacts: emptyFolder,
    testMatch: /\/(?:empty|pages|accessibility)\.e2e\.ts$/,
  },
].map((site) => ({ ...site, folder: join(workFolder, site.name) }));

const { E2E_BASE_URL } = process.env;

/** Address of a site that is deployed already, to be tested instead of our own builds. */
export const deployedUrl = E2E_BASE_URL?.replace(/\/*$/, '/');

/** Name of the variable in which the address of a served site is handed to the tests. */
export function addressVariable(name: string): string {
  return `E2E_ADDRESS_${name.toUpperCase()}`;
}
