import { resolve } from 'node:path';

/** What a build of the site takes from its environment; see `readSettings`. */
export interface Settings {
  /** Folder of the runs. `ARTIFACTS`, else `./artifacts`. */
  readonly artifactsDir: string;
  /** Where the site is written. `OUT_DIR`, else `./dist`. */
  readonly outDir: string;
  /** Path under which the site is hosted, such as `/inkling/`. `BASE_PATH`, else `/`. */
  readonly base: string;
  /** A broken artifact fails the build instead of being shown as broken. `STRICT=1`. */
  readonly strict: boolean;
}

/** `base` with exactly one slash at either end. */
export function normaliseBase(base: string): string {
  const inner = base.split('/').filter(Boolean).join('/');
  return inner === '' ? '/' : `/${inner}/`;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const { ARTIFACTS, OUT_DIR, BASE_PATH, STRICT } = env;
  return {
    artifactsDir: resolve(ARTIFACTS || 'artifacts'),
    outDir: resolve(OUT_DIR || 'dist'),
    base: normaliseBase(BASE_PATH || '/'),
    strict: STRICT === '1',
  };
}
