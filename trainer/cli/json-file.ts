import { createReadStream } from 'node:fs';
import { InputError } from '../errors.ts';
import { deepest, findJsonFault, placeOf } from './json-fault.ts';

/** Bytes of a file; the longest results of trials are far below. */
export const mostJsonBytes = 4 * 2 ** 20;

/** Text of a file as a part of a sentence, cut where it is long. */
export const cut = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/**
 * What a JSON file that the user names holds.
 *
 * @param wanted what the flag takes, for the sentence about a file that can't be read: “--plan takes a JSON file”
 * @throws InputError for what can't be read or is not JSON, saying where, and for more than `mostJsonBytes`
 */
export async function readJsonFile(file: string, wanted: string): Promise<unknown> {
  const contents = decode(file, await readBytes(file, wanted));
  const fault = findJsonFault(contents);
  if (!fault) return JSON.parse(contents);
  const { line, column } = placeOf(contents, fault.offset);
  const place = `line ${line}, column ${column}`;
  if (fault.repeated !== undefined)
    throw new InputError(`${file} has ${cut(fault.repeated)} twice, again at ${place}; give it once.`);
  if (fault.deep)
    throw new InputError(
      `${file} has more than ${deepest} brackets within one another, at ${place}, and nothing that is wanted there has; ${wanted}.`,
    );
  const [found = ''] = contents.slice(fault.offset, fault.offset + 20).split(/[\r\n]/);
  throw new InputError(
    fault.offset === contents.length
      ? `${file} is not JSON: it ends at ${place}, where more is wanted.`
      : `${file} is not JSON from ${place} on (${found.trim()}); it takes no comments, no comma behind the last value, and double quotes only.`,
  );
}

/** Text without the byte order mark that some editors begin a file with. */
function decode(file: string, bytes: Buffer): string {
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked || (bytes.length > 1 && (first === 0) !== (second === 0)))
    throw new InputError(`${file} is text in UTF-16, and JSON is in UTF-8; save it in that encoding.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(
      `${file} is not text in UTF-8, as JSON is; save it in that encoding, or name another.`,
    );
  }
}

/** A pipe is waited for, as that of a shell's `<(…)`. */
async function readBytes(file: string, wanted: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { end: mostJsonBytes })) chunks.push(chunk);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new InputError(`There is no file ${file}; ${wanted}.`);
    if (code === 'EISDIR') throw new InputError(`${file} is a folder, and ${wanted}.`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new InputError(`${file} cannot be read: access to it is denied; change its permissions.`);
    throw new InputError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > mostJsonBytes)
    throw new InputError(`${file} has more than ${mostJsonBytes} bytes, and ${wanted}.`);
  return bytes;
}
