// @ts-check
import { Problem } from './say.mjs';

/**
 * Characters in the project's path with which Vite fails, as it takes paths for addresses and patterns. Found by
 * trying; blanks, quotes, brackets, $, & and letters of any script work.
 */
const building = /[#?"*]/;
/** Its preview server and its tests decode paths, too. */
const serving = /[#?"*%]/;

/** @type {Record<string, RegExp>} */
const unfit = {
  dev: building,
  build: building,
  check: building,
  'bench:site': building,
  preview: serving,
  gallery: serving,
  test: serving,
  e2e: serving,
  'bench:sampler': serving,
  lighthouse: serving,
};

/**
 * Says before anything is installed or trained where a command could not work for the name of a folder.
 *
 * @param {string} command
 * @param {string} root
 * @throws Problem
 */
export function judgeFolder(command, root) {
  const character = Object.hasOwn(unfit, command) ? unfit[command]?.exec(root)?.[0] : undefined;
  if (character === undefined) return;
  throw new Problem(
    `npm run ${command} needs Vite, which cannot work in a folder with ${character} in its path (${root}): rename ` +
      'or move the project. The trainer works where it is.',
  );
}
