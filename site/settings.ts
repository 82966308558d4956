import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromUser } from '../tools/launcher/command-line.mjs';
import { InputError } from '../trainer/errors.ts';

/** What the site takes from its environment, into which the launcher puts its flags; see `readSettings`. */
export interface Settings {
  /** Folder of the runs. `ARTIFACTS`, else `./artifacts`. */
  readonly artifactsDir: string;
  /** Where the site is written. `OUT_DIR`, else `./dist`. */
  readonly outDir: string;
  /** Path under which the site is hosted, such as `/inkling/`. `BASE_PATH`, else `/`. */
  readonly base: string;
  /** Scheme and host of the published site, such as `https://example.org`, where known. `SITE_URL`. */
  readonly site?: string | undefined;
  /** A broken artifact fails the build instead of being shown as broken. `STRICT=1`. */
  readonly strict: boolean;
  /** The site may be put beside files that no build wrote. `OUT_FORCE=1`. */
  readonly force: boolean;
  /** Names of other hosts by which the servers are reached. `ALLOW_HOST`, with commas between them. */
  readonly allowHosts: readonly string[];
}

/**
 * A path under which a site is hosted, with exactly one slash at either end.
 *
 * @throws InputError for an address, and for what no path has
 */
export function parseBase(base: string): string {
  if (base === '/') return '/';
  const parts = base.replace(/^\/|\/$/g, '').split('/');
  if (parts.every((part) => /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part))) return `/${parts.join('/')}/`;
  throw new InputError(
    `The base is ${JSON.stringify(base)}; --base (BASE_PATH) takes the path under which the site is hosted, such as /inkling/, of letters, digits, - . _ and ~.`,
  );
}

/**
 * The address of a site's host.
 *
 * @throws InputError for what is no address, and for one with a path, which `base` is for
 */
export function parseSite(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new InputError(
    `The address of the site is ${address}; --site (SITE_URL) takes a scheme and a host, such as https://example.org, and --base the path under it.`,
  );
}

/** @throws InputError for what is no host's name, or one with a port */
function parseHosts(names: string): string[] {
  const hosts = names.split(',').filter(Boolean);
  const odd = hosts.find((host) => !/^[\w-]+(\.[\w-]+)*$/.test(host));
  if (odd === undefined) return hosts;
  throw new InputError(
    `The host allowed is ${JSON.stringify(odd)}; --allow-host (ALLOW_HOST) takes a name alone, such as my-mac.local.`,
  );
}

function requireFolder(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new InputError(
    `There is no folder of runs ${path}; name one that is there with --artifacts (ARTIFACTS).`,
  );
}

/**
 * Paths are relative to where the command was given. Only the default folder of runs may be missing.
 *
 * @throws InputError for a value that is none
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const { ARTIFACTS, OUT_DIR, BASE_PATH, SITE_URL, STRICT, OUT_FORCE, ALLOW_HOST } = env;
  return {
    artifactsDir: ARTIFACTS ? requireFolder(resolve(fromUser(ARTIFACTS, env))) : resolve('artifacts'),
    outDir: OUT_DIR ? resolve(fromUser(OUT_DIR, env)) : resolve('dist'),
    base: parseBase(BASE_PATH || '/'),
    site: SITE_URL ? parseSite(SITE_URL) : undefined,
    strict: STRICT === '1',
    force: OUT_FORCE === '1',
    allowHosts: parseHosts(ALLOW_HOST ?? ''),
  };
}
