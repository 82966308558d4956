// @ts-check
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';

/**
 * The folder that the user stood in, for us and for every program that we start in the project's root.
 * Not npm's INIT_CWD, which an npm of another project that runs around ours leaves behind.
 */
const variable = 'INKLING_CALLED_FROM';

/**
 * Keeps where a command was given, for `fromUser` here and in what this process starts: the working folder,
 * or, as npm changes into the root first, what npm says it was.
 *
 * @param {string} root
 * @param {object} [options]
 * @param {string} [options.folder] the working folder
 * @param {Record<string, string | undefined>} [options.env] is changed
 */
export function rememberWhere(root, { folder = process.cwd(), env = process.env } = {}) {
  const ofThisProject = !env.npm_package_json || samePlace(dirname(env.npm_package_json), root);
  const from = samePlace(folder, root) && ofThisProject && env.INIT_CWD ? env.INIT_CWD : folder;
  // A command of ours that runs another one, as the tests do, is where it stands, not where its user does.
  delete env.INIT_CWD;
  if (samePlace(from, root)) delete env[variable];
  else env[variable] = from;
}

/**
 * A path that the user gave, for programs that run in the root: relative to where the command was given; as it
 * was written where that is the root.
 *
 * @param {string} path
 * @param {Record<string, string | undefined>} [env]
 */
export function fromUser(path, env = process.env) {
  const folder = env[variable];
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
