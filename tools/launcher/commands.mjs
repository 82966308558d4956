// @ts-check
import process from 'node:process';
import { keptFlag, Problem, shellWords } from './command-line.mjs';

/**
 * @typedef {import('./child.mjs').Step} Step
 *
 * A command: its steps for these flags; whether they need ONNX Runtime, and what they have Vite do; flags that it has
 * not, but that npm may have kept of those for what it starts.
 * @typedef {{ steps: (flags: string[]) => Step[], trains?: true, vite?: 'builds' | 'serves', notItsOwn?: string[] }} Command
 */

const trainer = 'trainer/main.ts';
const site = 'site/main.ts';
const biome = 'node_modules/@biomejs/biome/bin/biome';

/** @type {(script: string, ...first: string[]) => (flags?: string[]) => Step[]} */
const node =
  (script, ...first) =>
  (flags = []) => [{ script, args: [...first, ...flags] }];

/** @type {(flags: string[]) => Step[]} */
const train = (flags) => [{ script: trainer, args: ['train', ...flags], goOn: resumeAdvice(flags) }];

/**
 * How a training that was ended from outside is gone on with.
 * @param {string[]} flags of train
 */
function resumeAdvice(flags) {
  const run = valueBehind('--resume', flags) ?? valueBehind('--name', flags);
  const where = artifactsFlag(flags);
  const resume = shellWords(['npm', 'run', 'train', '--', '--resume', run ?? 'RUN', ...where]);
  const list = shellWords(['npm', 'run', 'runs', ...(where.length > 0 ? ['--', ...where] : [])]);
  return `${resume} goes on from the run's last checkpoint${run === undefined ? `; ${list} names it` : ''}.`;
}

/**
 * The folder that train writes is the one that other commands read.
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

/** @type {(flags: string[]) => Step[]} */
function gallery(flags) {
  // Flags with which train only tells something: there is nothing to build from.
  if (flags.some((flag) => ['--help', '-h', '--list', '--dry-run', '--print-graph'].includes(flag)))
    return train(flags);
  return [...train(flags), ...node(site, 'build')(artifactsFlag(flags)), ...node(site, 'preview')()];
}

/** @type {(flags?: string[]) => Step[]} */
export const checkSteps = (flags = []) => [
  ...node(biome, 'check', '--error-on-warnings')(flags),
  // Types of all TypeScript files, not only of Astro's own.
  ...node('node_modules/astro/bin/astro.mjs', 'check', '--minimumSeverity=warning')(),
];

/** @type {Record<string, Command>} */
export const commands = {
  train: { steps: train, trains: true },
  generate: { steps: node(trainer, 'generate'), trains: true },
  evaluate: { steps: node(trainer, 'evaluate'), trains: true },
  summary: { steps: node(trainer, 'summary') },
  runs: { steps: node(trainer, 'runs') },
  verify: { steps: node(trainer, 'verify') },
  doctor: { steps: node(trainer, 'doctor') },
  'setup:cuda': { steps: node('tools/setup-cuda/main.ts') },
  bench: { steps: node('trainer/bench/main.ts'), trains: true },
  trials: { steps: node('trainer/trials/main.ts'), trains: true },
  'bench:site': { steps: node('site/bench/scale.ts'), vite: 'builds' },
  'bench:sampler': { steps: node('site/bench/sampler.ts'), vite: 'serves' },
  lighthouse: { steps: node('site/bench/lighthouse.ts'), vite: 'serves' },
  dev: { steps: node(site, 'dev'), vite: 'builds' },
  build: { steps: node(site, 'build'), vite: 'builds' },
  preview: { steps: node(site, 'preview'), vite: 'serves' },
  gallery: {
    steps: gallery,
    trains: true,
    vite: 'serves',
    notItsOwn: ['base', 'site', 'out', 'force', 'strict', 'port', 'host', 'allow-host'],
  },
  test: { steps: node('tools/test.ts'), trains: true, vite: 'serves' },
  'test:crash': { steps: node('trainer/crash/main.ts') },
  e2e: { steps: node('tools/test.ts', '--e2e'), trains: true, vite: 'serves' },
  check: { steps: checkSteps, vite: 'builds' },
  format: { steps: node(biome, 'check', '--write', '--linter-enabled=false') },
};

/**
 * @param {string} name empty for none
 * @returns {Command}
 * @throws Problem for a command that there is not, and for flags that npm kept where no step would look for them in time
 */
export function commandNamed(name, env = process.env) {
  const names = Object.keys(commands).join(', ');
  if (name === '') throw new Problem(`Name a command: ${names}.`, 2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Problem(`There is no command ${name}; there are ${names}.`, 2);
  const kept = keptFlag(command.notItsOwn ?? [], env);
  if (kept !== undefined) throw new Problem(kept, 2);
  return command;
}
