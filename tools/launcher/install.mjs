// @ts-check
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { runQuietly } from './child.mjs';
import { explainFault, installFault, ownCache, remedy } from './install-fault.mjs';
import { takeLock } from './lock.mjs';
import { Problem, say, showProgress } from './say.mjs';

/**
 * @typedef {{ platform: string, arch: string }} Machine
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean,
 *   os?: string | string[], cpu?: string | string[], libc?: string | string[] }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lockfile
 */

/** @param {string} root */
const stampPath = (root) => join(root, 'node_modules', '.inkling-install');

/**
 * What an installation depends on, as one word: the locked packages and the machine they are for.
 * @param {string | Buffer} lockText
 * @param {Machine} machine
 */
export function fingerprint(lockText, { platform, arch }) {
  return createHash('sha256').update(`${platform} ${arch}\n`).update(lockText).digest('hex');
}

/**
 * Whether npm's own record of node_modules holds every package that the lockfile asks for on this machine.
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json, which npm writes when an install is complete
 * @param {Machine} machine
 */
export function holdsEverything(wanted, installed, machine) {
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === '' || (entry.optional && !isFor(entry, machine))) return true;
    const present = installed.packages[path];
    return present?.version === entry.version && present?.integrity === entry.integrity;
  });
}

/**
 * Whether an optional package must be there. One for a certain libc need not: finding out which libc
 * this machine has takes longer than all else here.
 * @param {LockEntry} entry
 * @param {Machine} machine
 */
function isFor({ os, cpu, libc }, { platform, arch }) {
  return (
    os !== undefined &&
    [os].flat().includes(platform) &&
    [cpu ?? arch].flat().includes(arch) &&
    libc === undefined
  );
}

/**
 * @param {string} root
 * @param {Machine} machine
 * @returns {'installed' | 'missing' | 'changed'}
 */
export function installState(root, machine) {
  const lockText = readLock(root);
  const wanted = fingerprint(lockText, machine);
  if (readText(stampPath(root)) === wanted) return 'installed';
  const record = readText(join(root, 'node_modules', '.package-lock.json'));
  if (record !== undefined && holdsEverything(JSON.parse(lockText), JSON.parse(record), machine)) {
    // Someone ran npm themselves; remember it.
    writeStamp(root, wanted);
    return 'installed';
  }
  return existsSync(join(root, 'node_modules')) ? 'changed' : 'missing';
}

/**
 * Makes node_modules what package-lock.json says, or throws a Problem; silent when it is already.
 * @param {string} root
 * @param {Machine} machine
 */
export async function ensureInstalled(root, machine = process) {
  refuseOddLink(join(root, 'node_modules'));
  if (installState(root, machine) === 'installed') return;
  const unlock = await takeLock(join(root, '.cache', 'install.lock'), (holder) =>
    say(`Another install is running${holder ? ` (process ${holder.pid})` : ''}; waiting for it.`),
  ).catch((error) => {
    throw new Problem(
      `The packages cannot be installed: ${explainFault({ code: error.code, path: error.path })}`,
    );
  });
  try {
    const state = installState(root, machine);
    if (state === 'installed') return;
    await install(root, state);
    writeStamp(root, fingerprint(readLock(root), machine));
  } finally {
    unlock();
  }
}

/**
 * A folder of packages may lie on another disk behind a link, but Node, which looks for a package's dependencies where
 * the package really is, does so in folders of this name alone.
 * @param {string} folder
 */
function refuseOddLink(folder) {
  if (!existsSync(folder)) return;
  const real = realpathSync(folder);
  if (basename(real) === 'node_modules') return;
  throw new Problem(
    `node_modules leads to ${real}, and Node finds packages only in folders of the name node_modules: let it lead ` +
      `to ${join(real, 'node_modules')}, or remove the link.`,
  );
}

/**
 * @param {string} root
 * @param {'missing' | 'changed'} state
 */
async function install(root, state) {
  const count = Object.keys(JSON.parse(readLock(root)).packages).length - 1;
  const why =
    state === 'missing' ? 'Nothing is installed yet' : 'What is installed differs from package-lock.json';
  say(`${why}: installing its packages (up to ${count}); this takes about a minute.`);
  rmSync(stampPath(root), { force: true });
  const start = Date.now();
  const clear = showProgress('installing');
  const { code, output } = await runNpm(root).finally(clear);
  if (code > 128) throw new Problem('The install was interrupted; the next command begins it again.', code);
  if (code !== 0) {
    process.stderr.write(output);
    const why = explainFault(installFault(output));
    throw new Problem(`The install failed: npm exited with ${code}. ${why}`);
  }
  say(`Installed in ${Math.round((Date.now() - start) / 1000)} s.`);
}

/** Whether npm's cache, where npm told us of it, cannot be written. */
function cacheFault({ npm_config_cache: cache } = process.env) {
  if (!cache) return false;
  try {
    makeFolder(cache);
    accessSync(cache, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/**
 * Step by step: Node's own recursion never ends where a folder that is there takes none, as /proc.
 * @param {string} folder
 */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** @param {string} root */
async function runNpm(root) {
  const [program, ...words] = npmCommand(root);
  // npm may try for minutes to make a cache that cannot be made.
  const args = cacheFault() ? [...words, ownCache(root)] : words;
  const first = await runQuietly([program, ...args], { root });
  const flag = first.code === 0 || first.code > 128 ? undefined : remedy(installFault(first.output), root);
  return flag === undefined ? first : await runQuietly([program, ...args, flag], { root });
}

/**
 * The npm that started us, run by the Node that runs it; else the one on the PATH.
 * @param {string} root
 * @returns {[string, ...string[]]}
 */
export function npmCommand(
  root,
  { env = process.env, execPath = process.execPath, platform = process.platform, arch = process.arch } = {},
) {
  // Windows cannot delete a program that runs, and `npm ci` deletes all of node_modules, our Node included.
  const inPlace = platform === 'win32' && execPath.startsWith(join(root, 'node_modules'));
  const args = [
    ...(inPlace ? ['install', '--no-save'] : ['ci']),
    // The tools that build and test are wanted under NODE_ENV=production too, and so is the locked Node.
    '--include=dev',
    '--include=optional',
    // `npm run train --dry-run`, without the `--` before the flag, would else reach this npm as well, and so would
    // what a user's own settings say of the machine and of the lockfile.
    '--dry-run=false',
    '--json=false',
    `--cpu=${arch}`,
    '--package-lock=true',
    '--install-strategy=hoisted',
    '--global=false',
    '--loglevel=error',
    '--no-progress',
  ];
  const cli = env.npm_execpath;
  if (cli?.endsWith('npm-cli.js') && existsSync(cli)) {
    return [env.npm_node_execpath ?? execPath, cli, ...args];
  }
  return ['npm', ...args];
}

/** @param {string} root */
function readLock(root) {
  const text = readText(join(root, 'package-lock.json'));
  if (text === undefined)
    throw new Problem(`package-lock.json is missing in ${root}: restore it from the repository.`);
  return text;
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {string} text
 */
function writeStamp(root, text) {
  try {
    writeFileSync(stampPath(root), text);
  } catch {
    // A read-only node_modules is as good; the longer comparison is made each time.
  }
}
