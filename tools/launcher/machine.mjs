// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Problem } from './command-line.mjs';

/**
 * A machine, as far as programs that are not built there care.
 * @typedef {{ platform: string, arch: string, version: string, glibc?: string | undefined }} Machine
 */

/** The machines, of glibc where they run Linux, for which package-lock.json names a Node. */
export const lockedNodes = ['linux x64', 'linux arm64', 'win32 x64'];
/** Those for which the package of ONNX Runtime brings a binary. */
export const runtimes = [...lockedNodes, 'win32 arm64', 'darwin arm64'];
/** The oldest glibc that either runs on. */
const oldestGlibc = '2.28';

/** @returns {Machine} this one; glibc's version is there on a Linux that has it */
export function thisMachine() {
  const { platform, arch, version } = process;
  return { platform, arch, version, glibc: platform === 'linux' ? glibcVersion() : undefined };
}

/** @returns {string | undefined} */
function glibcVersion() {
  // The report would else ask the network for the names of this machine's addresses.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime;
}

/**
 * Whether a version is at least another.
 * @param {string} version such as v24.21.0, or 2.36
 * @param {string} least such as 22.18
 */
function isAtLeast(version, least) {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * Whether a Node runs TypeScript files as they are, without a flag or a warning.
 * @param {string} version
 */
export const runsTypeScript = (version) =>
  isAtLeast(version, '24.0') || (isAtLeast(version, '22.18') && !isAtLeast(version, '23.0'));

/**
 * Whether npm, run by this Node, installs every package: without a word it leaves out optional ones, such as the site's
 * compilers, that do not want the Node.
 * @param {string} version
 */
const installsAll = (version) =>
  isAtLeast(version, '22.12') || (isAtLeast(version, '20.19') && !isAtLeast(version, '21.0'));

/**
 * @param {string[]} list of machines
 * @param {Machine} machine
 */
const isFor = (list, { platform, arch, glibc = '0' }) =>
  list.includes(`${platform} ${arch}`) && (platform !== 'linux' || isAtLeast(glibc, oldestGlibc));

/**
 * Says before anything is installed what could not work after it.
 *
 * @param {string} command
 * @param {boolean} trains whether the command needs ONNX Runtime
 * @param {Machine} machine
 * @throws Problem
 */
export function judgeMachine(command, trains, machine) {
  if (trains && !isFor(runtimes, machine)) {
    throw new Problem(
      `npm run ${command} needs ONNX Runtime, which has no binary for this system (${inWords(machine)}), only for ` +
        `Linux with glibc ${oldestGlibc} or newer and Windows, each on x64 and arm64, and for macOS on Apple ` +
        'silicon. Runs that were trained there can be shown here: npm run build, preview and dev work.',
    );
  }
  if (!isFor(lockedNodes, machine) && !runsTypeScript(machine.version)) throw needsNode(machine);
  if (!installsAll(machine.version)) {
    throw new Problem(
      `Inkling needs Node 20.19 or newer of 20, or 22.12 and newer; this is ${machine.version}. Install one from ` +
        'https://nodejs.org and run the command again.',
    );
  }
}

/** @param {Machine} machine */
function needsNode(machine) {
  return new Problem(
    `This system (${inWords(machine)}) needs a Node that runs TypeScript: 24 or newer, or 22.18; this is ` +
      `${machine.version}. Install one from https://nodejs.org and run the command again.`,
  );
}

/** @param {Machine} machine */
function inWords({ platform, arch, glibc }) {
  const libc = glibc === undefined ? 'without glibc' : `glibc ${glibc}`;
  return platform === 'linux' ? `${platform} ${arch}, ${libc}` : `${platform} ${arch}`;
}

/**
 * Characters in the project's path with which Vite fails, as it takes paths for addresses and patterns; its preview
 * server and its tests decode paths, too. Found by trying; blanks, quotes, brackets, $, & and letters of any script work.
 */
const unfit = { builds: /[#?"*]/, serves: /[#?"*%]/ };

/**
 * Says before anything is installed or trained where a command could not work for the name of a folder.
 *
 * @param {string} command
 * @param {'builds' | 'serves' | undefined} vite what the command has Vite do
 * @param {string} root
 * @throws Problem
 */
export function judgeFolder(command, vite, root) {
  const character = vite && unfit[vite].exec(root)?.[0];
  if (!character) return;
  throw new Problem(
    `npm run ${command} needs Vite, which cannot work in a folder with ${character} in its path (${root}): rename ` +
      'or move the project. The trainer works where it is.',
  );
}

/**
 * The Node that runs the commands. The one that package-lock.json names for this machine is preferred to the system's,
 * even if that is new enough: the same seed then computes the same run on every machine that has it.
 *
 * @param {string} root
 * @param {Machine} machine
 * @param {string} own the Node that runs the launcher
 * @returns {string} its path
 */
export function chooseNode(root, machine, own = process.execPath) {
  const { platform, arch, version } = machine;
  const [system, program] = platform === 'win32' ? ['win', 'node.exe'] : [platform, 'node'];
  const locked = join(root, 'node_modules', `node-${system}-${arch}`, 'bin', program);
  if (isFor(lockedNodes, machine) && existsSync(locked)) return locked;
  if (runsTypeScript(version)) return own;
  throw needsNode(machine);
}
