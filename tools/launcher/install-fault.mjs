// @ts-check
import { isAbsolute, join, relative } from 'node:path';

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

const mayNotWrite = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST'];
const isFull = ['ENOSPC', 'EDQUOT'];
const inUse = ['ENOTEMPTY', 'EBUSY'];
const network =
  /^(E?AI_\w+|ENOTFOUND|ECONN\w+|ENET\w+|EHOST\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT|\w*CERT\w*|E40\d|E5\d\d)$/;

/**
 * What npm may do better with: a cache in the project where its own, in a home that is read-only or full, is not to be
 * written; no links to programs, which no command of ours needs, on a disk that knows none, such as exFAT.
 *
 * @param {InstallFault} fault
 * @param {string} root
 * @returns {string | undefined} a flag
 */
export function remedy({ code, path, syscall }, root) {
  if (syscall === 'symlink') return '--bin-links=false';
  if (code === undefined || path === undefined || ![...mayNotWrite, ...isFull].includes(code))
    return undefined;
  const inside = relative(root, path);
  const outside = inside.startsWith('..') || isAbsolute(inside);
  return outside ? ownCache(root) : undefined;
}

/** @param {string} root */
export const ownCache = (root) => `--cache=${join(root, '.cache', 'npm')}`;

/**
 * @param {InstallFault} fault
 * @returns {string} the cause and what to do about it
 */
export function explainFault({ code, path }) {
  const where = path === undefined ? 'a folder' : path;
  if (code === undefined) return 'Its words are above.';
  if (isFull.includes(code))
    return `The disk is full (${code} at ${where}): make room and run the command again.`;
  if (inUse.includes(code)) {
    return `${where} changed or was in use meanwhile (${code}): end what uses it and run the command again.`;
  }
  if (mayNotWrite.includes(code)) {
    return `It could not write ${where} (${code}): make that writable, or see whose it is, and run the command again.`;
  }
  if (code === 'EINTEGRITY') {
    return 'What was downloaded is not what package-lock.json names (EINTEGRITY): `npm cache clean --force` helps where the cache is broken.';
  }
  if (network.test(code)) {
    return `The npm registry could not be reached (${code}): run the same command again when it can.`;
  }
  return `Its words are above (${code}).`;
}
