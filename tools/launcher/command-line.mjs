// @ts-check
// What passes between the user and our commands: where they were given, what npm kept of them, what is said.
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';

/** @typedef {Record<string, string | undefined>} Environment */

/** Something that has a plain explanation: the sentence is printed alone, and the launcher exits with the code. */
export class Problem extends Error {
  /**
   * @param {string} sentence
   * @param {number} exitCode 1: failed, 2: bad input
   */
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Colours are for terminals whose owner has not refused them (https://no-color.org). */
const colours = process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/**
 * One line on stderr; stdout belongs to the command.
 * @param {string} sentence
 */
export function say(sentence) {
  process.stderr.write(`${colours ? '\u001b[2minkling:\u001b[0m' : 'inkling:'} ${sentence}\n`);
}

/**
 * The folder that the user stood in, for us and for every program that we start in the project's root.
 * Not npm's INIT_CWD, which an npm of another project that runs around ours leaves behind.
 */
const calledFrom = 'INKLING_CALLED_FROM';

/**
 * Keeps where a command was given, for `fromUser` here and in what this process starts: the working folder,
 * or, as npm changes into the root first, what npm says it was.
 *
 * @param {string} root
 * @param {object} [options]
 * @param {string} [options.folder] the working folder
 * @param {Environment} [options.env] is changed
 */
export function rememberWhere(root, { folder = process.cwd(), env = process.env } = {}) {
  const ofThisProject = !env.npm_package_json || samePlace(dirname(env.npm_package_json), root);
  const from = samePlace(folder, root) && ofThisProject && env.INIT_CWD ? env.INIT_CWD : folder;
  // A command of ours that runs another one, as the tests do, is where it stands, not where its user does.
  delete env.INIT_CWD;
  if (samePlace(from, root)) delete env[calledFrom];
  else env[calledFrom] = from;
}

/**
 * A path that the user gave, for programs that run in the root: relative to where the command was given; as it
 * was written where that is the root.
 *
 * @param {string} path
 * @param {Environment} [env]
 */
export function fromUser(path, env = process.env) {
  const folder = env[calledFrom];
  return folder ? resolve(folder, path) : path;
}

/**
 * @param {string} a
 * @param {string} b
 */
function samePlace(a, b) {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

/**
 * `npm run build --base /x/`, without `--` before the flags, has npm keep the flags for itself. It leaves them in the
 * environment, and a command that did something else than it was asked for would be worse than an error.
 *
 * @param {readonly string[]} options flags of the command that it was not given, without their dashes
 * @param {Readonly<Environment>} env
 * @returns {string | undefined} what to tell the user
 */
export function keptFlag(options, env) {
  for (const option of options) {
    const value = keptValue(option, env);
    if (value === undefined) continue;
    const flag = /^(true|)$/.test(value) ? `--${option}` : `--${option}=${value}`;
    return (
      `npm kept --${option} for itself: write \`--\` before the flags, as in ` +
      `\`npm run ${env.npm_lifecycle_event ?? 'train'} -- ${flag}\`.`
    );
  }
  return undefined;
}

/**
 * npm takes `--no-evaluate` for `evaluate`, empty.
 * @param {string} option
 * @param {Readonly<Environment>} env
 */
function keptValue(option, env) {
  const kept = (/** @type {string} */ name) => env[`npm_config_${name.replaceAll('-', '_')}`];
  if (option.startsWith('no-') && kept(option.slice(3)) === '') return '';
  return kept(option) || undefined;
}

/** Words of these characters mean themselves to every shell of the kind. */
const plain = { posix: /^[\w@%+=:,./-]+$/, windows: /^[\w@+=:,./\\-]+$/ };

/**
 * Words as a command line that a person can paste: those that a shell would take apart are quoted, for POSIX shells
 * with single quotes and for Windows with double ones.
 *
 * @param {readonly string[]} words
 */
export function shellWords(words, { windows = process.platform === 'win32' } = {}) {
  const safe = windows ? plain.windows : plain.posix;
  const quote = (/** @type {string} */ word) =>
    windows ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
  return words.map((word) => (safe.test(word) ? word : quote(word))).join(' ');
}
