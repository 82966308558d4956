// @ts-check
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import process from 'node:process';
import { runQuietly } from './child.mjs';
import { Problem, say } from './command-line.mjs';
import { takeLock } from './lock.mjs';

/**
 * @typedef {{ platform: string, arch: string }} Machine
 * @typedef {{ version?: string, integrity?: string, optional?: boolean,
 *   os?: string | string[], cpu?: string | string[], libc?: string | string[] }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lockfile
 */

/**
 * Makes node_modules what package-lock.json says; silent when it is already.
 * @param {string} root
 * @param {Machine} machine
 * @throws Problem
 */
export async function ensureInstalled(root, machine = process) {
  refuseOddLink(join(root, 'node_modules'));
  if (installState(root, machine) === 'installed') return;
  const unlock = await takeLock(join(root, '.cache', 'install.lock'), () =>
    say('Another install is running; waiting for it.'),
  ).catch((error) => {
    throw new Problem(`The packages cannot be installed: ${explainFault(error)}`);
  });
  try {
    const state = installState(root, machine);
    if (state !== 'installed') await install(root, state);
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
 * By npm's own record, which it writes into node_modules when an install is complete.
 * @param {string} root
 * @param {Machine} machine
 * @returns {'installed' | 'missing' | 'changed'}
 */
export function installState(root, machine) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  const isThere = (/** @type {[string, LockEntry]} */ [path, { version, integrity }]) =>
    installed?.[path]?.version === version && installed?.[path]?.integrity === integrity;
  if (wantedPackages(root, machine).every(isThere)) return 'installed';
  return existsSync(join(root, 'node_modules')) ? 'changed' : 'missing';
}

/**
 * The locked packages that must be there. One that is for a certain libc need not: finding out which libc this machine
 * has takes longer than all else here.
 * @param {string} root
 * @param {Machine} machine
 */
function wantedPackages(root, { platform, arch }) {
  const packages = readPackages(join(root, 'package-lock.json'));
  if (!packages)
    throw new Problem(`package-lock.json is missing in ${root}: restore it from the repository.`);
  const isForMachine = (/** @type {LockEntry} */ { os = [], cpu = arch, libc }) =>
    [os].flat().includes(platform) && [cpu].flat().includes(arch) && libc === undefined;
  return Object.entries(packages).filter(
    ([path, entry]) => path !== '' && (!entry.optional || isForMachine(entry)),
  );
}

/**
 * @param {string} path of a lockfile
 * @returns {Lockfile['packages'] | undefined}
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {'missing' | 'changed'} state
 */
async function install(root, state) {
  const count = Object.keys(readPackages(join(root, 'package-lock.json')) ?? {}).length - 1;
  const why =
    state === 'missing' ? 'Nothing is installed yet' : 'What is installed differs from package-lock.json';
  say(`${why}: installing its packages (up to ${count}); this takes about a minute.`);
  const start = Date.now();
  const clear = showProgress(start);
  const { code, output } = await runNpm(root).finally(clear);
  if (code > 128) throw new Problem('The install was interrupted; the next command begins it again.', code);
  if (code !== 0) {
    process.stderr.write(output);
    throw new Problem(`The install failed: npm exited with ${code}. ${explainFault(installFault(output))}`);
  }
  say(`Installed in ${Math.round((Date.now() - start) / 1000)} s.`);
}

/**
 * Shows how long it takes, in place, on a terminal; elsewhere nothing, as logs need no clock.
 * @param {number} start
 * @returns {() => void} clears the line
 */
function showProgress(start) {
  if (process.stderr.isTTY !== true || process.env.TERM === 'dumb') return () => {};
  const draw = () =>
    process.stderr.write(`\r\u001b[2Kinstalling … ${Math.round((Date.now() - start) / 1000)} s`);
  const timer = setInterval(draw, 1000);
  draw();
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\u001b[2K');
  };
}

/**
 * Once more with another flag where that helps.
 * @param {string} root
 */
async function runNpm(root) {
  const [program, ...words] = npmCommand(root);
  // npm may try for minutes to make a cache that cannot be made.
  const args = mayWrite(process.env.npm_config_cache) ? words : [...words, ownCache(root)];
  const first = await runQuietly([program, ...args], { root });
  const flag = first.code === 0 || first.code > 128 ? undefined : remedy(installFault(first.output), root);
  return flag === undefined ? first : await runQuietly([program, ...args, flag], { root });
}

/**
 * Whether a folder, or the one in which it would be made, can be written; npm says where its cache is, if it started us.
 * @param {string | undefined} folder
 */
function mayWrite(folder) {
  if (!folder) return true;
  if (!existsSync(folder) && dirname(folder) !== folder) return mayWrite(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} root */
const ownCache = (root) => `--cache=${join(root, '.cache', 'npm')}`;

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

/**
 * What npm says of a failure: its code, such as EACCES, and for one of the disk the path and the system's call.
 * @typedef {{ code?: string | undefined, path?: string | undefined, syscall?: string | undefined }} InstallFault
 */

/**
 * @param {string} output npm's words
 * @returns {InstallFault}
 */
export function installFault(output) {
  // `npm ERR!` was npm's word for it before version 10.
  const said = (/** @type {string} */ word) =>
    new RegExp(`^npm (?:error|ERR!) ${word} (.+)$`, 'm').exec(output)?.[1]?.trim();
  return { code: said('code'), path: said('path'), syscall: said('syscall') };
}

const cannotWrite = /^(EACCES|EPERM|EROFS|ENOTDIR|ENOENT|EEXIST|ENOSPC|EDQUOT)$/;

/**
 * What npm may do better with: a cache in the project where its own, in a home that is read-only or full, is not to be
 * written; no links to programs, which no command of ours needs, on a disk that knows none, such as exFAT.
 *
 * @param {InstallFault} fault
 * @param {string} root
 * @returns {string | undefined} a flag
 */
export function remedy({ code = '', path, syscall }, root) {
  if (syscall === 'symlink') return '--bin-links=false';
  if (path === undefined || !cannotWrite.test(code)) return undefined;
  const inside = relative(root, path);
  return inside.startsWith('..') || isAbsolute(inside) ? ownCache(root) : undefined;
}

/**
 * What the codes of failures mean, and what to do: the first that fits.
 * @type {[code: RegExp, words: (code: string, where: string) => string][]}
 */
const faults = [
  [
    /^(ENOSPC|EDQUOT)$/,
    (code, where) => `The disk is full (${code} at ${where}): make room and run the command again.`,
  ],
  [
    /^(ENOTEMPTY|EBUSY)$/,
    (code, where) =>
      `${where} changed or was in use meanwhile (${code}): end what uses it and run the command again.`,
  ],
  [
    cannotWrite,
    (code, where) =>
      `It could not write ${where} (${code}): make that writable, or see whose it is, and run the command again.`,
  ],
  [
    /^EINTEGRITY$/,
    (code) =>
      `What was downloaded is not what package-lock.json names (${code}): \`npm cache clean --force\` helps where the cache is broken.`,
  ],
  [
    /^(E?AI_\w+|ENOTFOUND|ECONN\w+|ENET\w+|EHOST\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT|\w*CERT\w*|E40\d|E5\d\d)$/,
    (code) => `The npm registry could not be reached (${code}): run the same command again when it can.`,
  ],
];

/**
 * @param {InstallFault} fault
 * @returns {string} the cause and what to do about it
 */
export function explainFault({ code, path = 'a folder' }) {
  if (code === undefined) return 'Its words are above.';
  const [, words] = faults.find(([known]) => known.test(code)) ?? [];
  return words?.(code, path) ?? `Its words are above (${code}).`;
}
