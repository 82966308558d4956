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
 * @returns {string | undefined} its version; undefined when it does not run here, as on a Linux without glibc
 */
function versionOf(path) {
  if (!existsSync(path)) return undefined;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The Node that runs the commands. The locked one is preferred to the system's, even if that is new
 * enough: the same seed then computes the same run on every machine that has it.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} [options.platform]
 * @param {string} [options.arch]
 * @param {string} [options.execPath] the Node that runs the launcher
 * @param {string} [options.version] its version
 * @param {(path: string) => string | undefined} [options.probe] the version of the Node at a path
 * @returns {string} its path
 */
export function chooseNode({
  root,
  platform = process.platform,
  arch = process.arch,
  execPath = process.execPath,
  version = process.version,
  probe = versionOf,
}) {
  const bundled = bundledNode(root, platform, arch);
  if (samePath(bundled, execPath)) return execPath;
  if (runsTypeScript(probe(bundled) ?? '0')) return bundled;
  if (runsTypeScript(version)) return execPath;
  throw new Problem(
    `This system (${platform} ${arch}) needs a Node that runs TypeScript: 24 or newer, or 22.18; this is ` +
      `${version}. Install one from https://nodejs.org and run the command again.`,
  );
}

/**
 * @param {string} a
 * @param {string} b
 */
function samePath(a, b) {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
