// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Problem } from './say.mjs';

/** The launcher itself runs on this Node and newer. */
export const oldestLauncherNode = 20;

/**
 * Whether this version runs TypeScript files as they are, without a flag or a warning.
 * @param {string} version such as 24.21.0 or v24.21.0
 */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

/** The machines, of glibc where they run Linux, for which package-lock.json names a Node. */
export const lockedNodes = ['linux x64', 'linux arm64', 'win32 x64'];
/** Those for which the package of ONNX Runtime brings a binary. */
export const runtimes = [...lockedNodes, 'win32 arm64', 'darwin arm64'];
/** The oldest glibc that either runs on. */
const oldestGlibc = '2.28';

/**
 * A machine, as far as programs that are not built there care.
 * @typedef {{ platform: string, arch: string, version: string, glibc?: string | undefined }} Machine
 */

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
 * Says before anything is installed what could not work after it.
 *
 * @param {string} command
 * @param {boolean} trains whether the command needs ONNX Runtime
 * @param {Machine} machine
 * @throws Problem
 */
export function judgeMachine(command, trains, machine) {
  const runsBinaries = machine.platform !== 'linux' || isNewEnough(machine.glibc ?? '0');
  const has = (/** @type {string[]} */ list) =>
    runsBinaries && list.includes(`${machine.platform} ${machine.arch}`);
  if (trains && !has(runtimes)) {
    throw new Problem(
      `npm run ${command} needs ONNX Runtime, which has no binary for this system (${inWords(machine)}), only for ` +
        `Linux with glibc ${oldestGlibc} or newer and Windows, each on x64 and arm64, and for macOS on Apple ` +
        'silicon. Runs that were trained there can be shown here: npm run build, preview and dev work.',
    );
  }
  if (!has(lockedNodes) && !runsTypeScript(machine.version)) throw needsNode(machine);
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

/** @param {string} glibc such as 2.36 */
function isNewEnough(glibc) {
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestGlibc.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * Where npm puts the Node that package-lock.json names for this machine; there is none for some machines.
 * @param {string} root
 * @param {string} platform
 * @param {string} arch
 */
export function bundledNode(root, platform, arch) {
  const windows = platform === 'win32';
  const name = `node-${windows ? 'win' : platform}-${arch}`;
  return join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
}

/**
 * @param {string} path
 * @returns {string | undefined} its version; undefined when it does not run here
 * @throws Problem where it is NODE_OPTIONS that it does not take
 */
function versionOf(path) {
  if (!existsSync(path)) return undefined;
  const { status, stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status !== 0 && stderr?.includes('NODE_OPTIONS')) {
    throw new Problem(
      `The Node of package-lock.json does not take what NODE_OPTIONS holds (${process.env.NODE_OPTIONS}): run the ` +
        'command again without that variable.',
    );
  }
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The Node that runs the commands. The locked one is preferred to the system's, even if that is new
 * enough: the same seed then computes the same run on every machine that has it.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {Machine} options.machine
 * @param {string} [options.execPath] the Node that runs the launcher
 * @param {(path: string) => string | undefined} [options.probe] the version of the Node at a path
 * @returns {string} its path
 */
export function chooseNode({ root, machine, execPath = process.execPath, probe = versionOf }) {
  const bundled = bundledNode(root, machine.platform, machine.arch);
  if (samePath(bundled, execPath)) return execPath;
  if (runsTypeScript(probe(bundled) ?? '0')) return bundled;
  if (runsTypeScript(machine.version)) return execPath;
  throw needsNode(machine);
}

/**
 * @param {string} a
 * @param {string} b
 */
function samePath(a, b) {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
