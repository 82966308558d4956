import { closest, distance } from 'fastest-levenshtein';

/** Exit codes of every Inkling command, beside 128 + n where signal n asked it to stop. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badInput: 2,
  diverged: 3,
} as const;

/**
 * A mistake in what the user gave us: a flag, a file, a folder. Its message is one sentence that says
 * what was got, what was wanted and what to do; it is printed alone, without a stack trace, and the
 * command exits with code 2.
 */
export class InputError extends Error {
  override name = 'InputError';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/**
 * Text of a file, a name or an engine as a part of one line: control characters, which move a terminal's cursor, and
 * marks that turn the direction of writing are left out.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ');
}

/** An error's first line, without the place in native code that some engines begin theirs with. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^.*\bwas false\. /, '');
}

/** The known name that was most likely meant; none when nothing is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, [...known]);
  const tolerance = Math.max(2, Math.ceil(Math.max(name.length, candidate.length) / 2));
  return distance(name, candidate) <= tolerance ? candidate : undefined;
}

/**
 * The sentence for a name that does not exist, with the nearest one that does, or with all of them.
 *
 * @param kind what the name should name, such as 'recipe'
 */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const candidate = nearestName(name, known);
  if (candidate !== undefined) return `There is no ${kind} ${name}; did you mean ${candidate}?`;
  if (known.length === 0) return `There is no ${kind} ${name}, and no other.`;
  return `There is no ${kind} ${name}; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`;
}

/** What the codes of file system errors mean, and what to do. */
const fileFaults: Readonly<Record<string, readonly [cause: string, advice: string]>> = {
  ENOSPC: ['The disk is full', 'make room, then go on'],
  EDQUOT: ['The disk quota is used up', 'make room, then go on'],
  EROFS: ['The disk is read-only', 'name a folder on another'],
  EACCES: ['Access is denied', 'change the permissions, or name another folder'],
  EPERM: ['Access is denied', 'change the permissions, or name another folder'],
  ENOTDIR: ['A file stands where a folder is wanted', 'name another folder'],
  EISDIR: ['A folder stands where a file is wanted', 'name another file'],
  ENOENT: ['There is no such folder', 'put it back if it was moved, or name another'],
  EMFILE: ['Too many files are open', 'close some programs, or raise the limit'],
  EIO: ['The disk reports an error', 'check it, or name a folder on another'],
};

/** A file system error in one sentence; undefined for any other error. */
export function fileFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const [cause, advice] = fileFaults[String(error.code)] ?? [];
  if (cause === undefined) return undefined;
  // Of a copy or a move that fails it is the place where the file was to go.
  const places = [('dest' in error && error.dest) || '', ('path' in error && error.path) || ''];
  const place = places.find((path) => typeof path === 'string' && path !== '');
  return `${cause}${place ? ` (${place})` : ''}; ${advice}.`;
}

/** Something failed that is not the user's mistake but has a plain explanation: printed alone, exit code 1. */
export class FailedError extends Error {
  override name = 'FailedError';
}
