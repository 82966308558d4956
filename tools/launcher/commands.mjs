// @ts-check
import { Problem } from './say.mjs';
import { buildFlags, devFlags, parseSiteFlags, previewFlags, requireBuild, siteHelp } from './site.mjs';

/**
 * The steps of a command for these flags, or a text to print instead.
 * @typedef {import('./child.mjs').Step} Step
 * @typedef {(flags: string[]) => Step[] | string} Command
 */

const astro = 'node_modules/astro/bin/astro.mjs';
const biome = 'node_modules/@biomejs/biome/bin/biome';

const astroSettings = {
  ASTRO_TELEMETRY_DISABLED: '1',
  // Astro puts a server that a tool starts into the background, unless told not to.
  ASTRO_DEV_BACKGROUND: '0',
  ASTRO_PREVIEW_BACKGROUND: '0',
};

/** @type {(script: string, ...first: string[]) => (flags: string[]) => Step[]} */
const node =
  (script, ...first) =>
  (flags) => [{ script, args: [...first, ...flags] }];

/** @type {(name: string, allowed: import('./site.mjs').SiteFlags, flags: string[]) => Step[]} */
function siteSteps(name, allowed, flags) {
  const { args, env } = parseSiteFlags(name, allowed, flags);
  // With its lock Astro refuses a second server in the same folder.
  const lock = name === 'build' ? [] : ['--ignore-lock'];
  /** @type {Step} */
  const step = { script: astro, args: [name, ...lock, ...args], env: { ...astroSettings, ...env } };
  return [name === 'preview' ? { ...step, before: (root) => requireBuild(root, env) } : step];
}

/** @type {(name: string, allowed: import('./site.mjs').SiteFlags) => Command} */
const site = (name, allowed) => (flags) =>
  flags.includes('--help') ? siteHelp(name, allowed) : siteSteps(name, allowed, flags);

const train = node('trainer/main.ts', 'train');

/** @type {Command} */
function gallery(flags) {
  if (flags.includes('--help')) {
    return 'Usage: npm run gallery -- [flags of train]\n\nTrains a run, builds the site and serves it.';
  }
  // Flags with which train only tells something: there is nothing to build from.
  if (flags.some((flag) => ['--list', '--dry-run', '--print-graph'].includes(flag))) return train(flags);
  return [
    ...train(flags),
    ...siteSteps('build', buildFlags, artifactsFlag(flags)),
    ...siteSteps('preview', previewFlags, []),
  ];
}

/** @type {(flags?: string[]) => Step[]} */
export function checkSteps(flags = []) {
  return [
    ...node(biome, 'check', '--error-on-warnings')(flags),
    // Types of all TypeScript files, not only of Astro's own.
    { script: astro, args: ['check', '--minimumSeverity=warning'], env: astroSettings },
  ];
}

/** @type {Record<string, Command>} */
export const commands = {
  train,
  generate: node('trainer/main.ts', 'generate'),
  evaluate: node('trainer/main.ts', 'evaluate'),
  summary: node('trainer/main.ts', 'summary'),
  runs: node('trainer/main.ts', 'runs'),
  doctor: node('trainer/main.ts', 'doctor'),
  'setup:cuda': node('tools/setup-cuda/main.ts'),
  bench: node('trainer/bench/main.ts'),
  trials: node('trainer/trials/main.ts'),
  'bench:site': node('site/bench/scale.ts'),
  'bench:sampler': node('site/bench/sampler.ts'),
  lighthouse: node('site/bench/lighthouse.ts'),
  dev: site('dev', devFlags),
  build: site('build', buildFlags),
  preview: site('preview', previewFlags),
  gallery,
  test: node('tools/test.ts'),
  'test:crash': node('trainer/crash/main.ts'),
  e2e: node('tools/test.ts', '--e2e'),
  check: checkSteps,
  format: node(biome, 'check', '--write', '--linter-enabled=false'),
};

/**
 * @param {string} name
 * @param {string[]} flags
 * @returns {Step[] | string}
 */
export function plan(name, flags) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    throw new Problem(`There is no command ${name}; there are ${Object.keys(commands).join(', ')}.`, 2);
  return command(flags);
}

/**
 * The folder that train writes is the one that build reads.
 * @param {string[]} flags of train
 */
function artifactsFlag(flags) {
  const at = flags.findIndex((word) => word === '--artifacts' || word.startsWith('--artifacts='));
  return at < 0 ? [] : flags.slice(at, flags[at] === '--artifacts' ? at + 2 : at + 1);
}
