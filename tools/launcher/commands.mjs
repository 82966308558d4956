// @ts-check
import process from 'node:process';
import { keptFlag } from './kept-flags.mjs';
import { Problem } from './say.mjs';
import { buildFlags, devFlags, parseSiteFlags, previewFlags, siteHelp } from './site.mjs';

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
};

/** @type {(script: string, ...first: string[]) => (flags: string[]) => Step[]} */
const node =
  (script, ...first) =>
  (flags) => [{ script, args: [...first, ...flags] }];

/** @type {(name: string, allowed: import('./site.mjs').SiteFlags, flags: string[]) => Step[]} */
function siteSteps(name, allowed, flags) {
  const { args, env } = parseSiteFlags(name, allowed, flags);
  if (name === 'preview') return [{ script: 'site/serve/preview.ts', args, env }];
  // With its lock Astro refuses a second server in the same folder.
  const lock = name === 'dev' ? ['--ignore-lock'] : [];
  return [{ script: astro, args: [name, ...lock, ...args], env: { ...astroSettings, ...env } }];
}

/** @type {(name: string, allowed: import('./site.mjs').SiteFlags) => Command} */
const site = (name, allowed) => (flags) =>
  flags.includes('--help') ? siteHelp(name, allowed) : siteSteps(name, allowed, flags);

/** @type {(flags: string[]) => Step[]} */
const train = (flags) => [
  { script: 'trainer/main.ts', args: ['train', ...flags], goOn: resumeAdvice(flags) },
];

/**
 * How a training that was ended from outside is gone on with.
 * @param {string[]} flags of train
 */
function resumeAdvice(flags) {
  const run = valueBehind('--resume', flags) ?? valueBehind('--name', flags);
  const artifacts = valueBehind('--artifacts', flags);
  const where = artifacts === undefined ? '' : ` --artifacts ${quoted(artifacts)}`;
  const resume = `npm run train -- --resume ${run === undefined ? 'RUN' : quoted(run)}${where}`;
  const names = run === undefined ? `; npm run runs${where && ` --${where}`} names it` : '';
  return `${resume} goes on from the run's last checkpoint${names}.`;
}

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
  verify: node('trainer/main.ts', 'verify'),
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
 * Flags that the launcher knows; the trainer's commands look for their own (trainer/cli/flags.ts).
 * @type {Record<string, string[]>}
 */
const ownFlags = {
  dev: Object.keys(devFlags),
  build: Object.keys(buildFlags),
  preview: Object.keys(previewFlags),
  gallery: Object.keys({ ...buildFlags, ...previewFlags }),
  test: ['check', 'unit', 'e2e'],
};

/** The commands that ONNX Runtime is needed for. */
export const trainingCommands = new Set([
  'train',
  'generate',
  'evaluate',
  'gallery',
  'bench',
  'trials',
  'test',
  'e2e',
]);

/**
 * @param {string} name
 * @param {string[]} flags
 * @returns {Step[] | string}
 */
export function plan(name, flags, env = process.env) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    throw new Problem(`There is no command ${name}; there are ${Object.keys(commands).join(', ')}.`, 2);
  const kept = keptFlag(ownFlags[name] ?? [], env);
  if (kept !== undefined) throw new Problem(kept, 2);
  return command(flags);
}

/**
 * The folder that train writes is the one that build reads.
 * @param {string[]} flags of train
 */
function artifactsFlag(flags) {
  const folder = valueBehind('--artifacts', flags);
  return folder === undefined ? [] : ['--artifacts', folder];
}

/**
 * @param {string} flag
 * @param {string[]} flags such as --name, R or --name=R
 */
function valueBehind(flag, flags) {
  const at = flags.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = flags[at];
  return word === flag ? flags[at + 1] : word?.slice(flag.length + 1);
}

/** @param {string} word as a shell takes it */
function quoted(word) {
  return /^[\w./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
