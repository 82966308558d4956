// @ts-check
import { Problem } from './say.mjs';

/**
 * A flag of dev, build or preview. The site reads its settings from the environment, Astro's own flags are
 * passed on as they are; a flag without a value name is a switch. `fits` and `wanted` say which values it takes.
 * @typedef {{ value?: string, env?: string, help: string, fits?: (value: string) => boolean, wanted?: string }} SiteFlag
 * @typedef {Record<string, SiteFlag>} SiteFlags
 */

const artifacts = { value: 'DIR', env: 'ARTIFACTS', help: 'the folder of runs to show (artifacts)' };
const base = { value: '/PATH/', env: 'BASE_PATH', help: 'the path under which the site is served (/)' };
const site = {
  value: 'URL',
  env: 'SITE_URL',
  help: 'where the site is published, for its sitemap (nowhere yet)',
};
const out = { value: 'DIR', env: 'OUT_DIR', help: 'the folder of the built site (dist)' };
const force = {
  env: 'OUT_FORCE',
  help: 'build into a folder that holds other files too; they stay as they are',
};
const server = {
  port: {
    value: 'N',
    help: 'the port to listen on (4321, or the next that is free)',
    fits: isPort,
    wanted: 'a whole number from 1 to 65535',
  },
  host: { value: 'ADDRESS', help: 'the address to listen on (this machine only)' },
  'allow-host': { value: 'NAME', env: 'ALLOW_HOST', help: "another host's name by which it is reached" },
};

/** @satisfies {SiteFlags} */
export const devFlags = { artifacts, base, ...server };
/** @satisfies {SiteFlags} */
export const buildFlags = {
  artifacts,
  base,
  site,
  out,
  force,
  strict: { env: 'STRICT', help: 'fail where a run is broken, instead of saying so on its page' },
};
/** @satisfies {SiteFlags} */
export const previewFlags = { base, out, ...server };

/**
 * @param {string} command
 * @param {SiteFlags} allowed
 * @param {string[]} argv such as --strict, --out DIR or --out=DIR
 * @returns {{ args: string[], env: Record<string, string> }} what Astro is given
 */
export function parseSiteFlags(command, allowed, argv) {
  /** @type {Record<string, string>} */
  const env = {};
  /** @type {string[]} */
  const args = [];
  /** @type {Set<string>} */
  const seen = new Set();
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = '', inline] = splitFlag(word);
    const known = Object.keys(allowed).map((key) => `--${key}`);
    const flag = allowed[name.slice(2)];
    if (!name.startsWith('--') || !flag) {
      throw new Problem(`${command} has no flag ${word}; it has ${known.join(', ')}.`, 2);
    }
    if (seen.has(name)) throw new Problem(`${name} was given twice; give it once.`, 2);
    seen.add(name);
    if (flag.value === undefined && inline !== undefined) throw new Problem(`${name} takes no value.`, 2);
    const value = flag.value === undefined ? '1' : (inline ?? rest.shift());
    if (!value || (inline === undefined && value.startsWith('--'))) {
      throw new Problem(`${name} wants a value: ${name} ${flag.value}.`, 2);
    }
    if (flag.fits && !flag.fits(value)) {
      throw new Problem(`${name} takes ${flag.wanted}, not ${JSON.stringify(value)}.`, 2);
    }
    if (flag.env) env[flag.env] = value;
    else args.push(name, value);
  }
  return { args, env };
}

/** @param {string} value */
function isPort(value) {
  return /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;
}

/** @param {string} word */
function splitFlag(word) {
  const equals = word.indexOf('=');
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

/**
 * @param {string} command
 * @param {SiteFlags} allowed
 */
export function siteHelp(command, allowed) {
  const rows = Object.entries(allowed).map(([name, { value, help }]) => [
    `  --${name}${value ? ` ${value}` : ''}`,
    help,
  ]);
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return [
    `Usage: npm run ${command} -- [flags]`,
    '',
    ...rows.map(([left = '', help]) => `${left.padEnd(width)}   ${help}`),
  ].join('\n');
}
