import { resolve } from 'node:path';

/** What a build of the site takes from its environment; see `readSettings`. */
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
}

/** `base` with exactly one slash at either end. */
export function normaliseBase(base: string): string {
  const inner = base.split('/').filter(Boolean).join('/');
  return inner === '' ? '/' : `/${inner}/`;
}

/**
 * The address of a site's host.
 *
 * @throws for what is no address, and for one with a path, which `base` is for
 */
export function parseSite(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new Error(
    `The address of the site is ${address}; it takes a scheme and a host, such as https://example.org, and --base the path under it.`,
  );
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const { ARTIFACTS, OUT_DIR, BASE_PATH, SITE_URL, STRICT } = env;
  return {
    artifactsDir: resolve(ARTIFACTS || 'artifacts'),
    outDir: resolve(OUT_DIR || 'dist'),
    base: normaliseBase(BASE_PATH || '/'),
    site: SITE_URL ? parseSite(SITE_URL) : undefined,
    strict: STRICT === '1',
  };
}
