import { readFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { findJsonFault, placeOf } from './json-fault.ts';

/**
 * What a JSON file that the user names holds.
 *
 * @param wanted what the flag takes, for the sentence about a file that can't be read: “--plan takes a JSON file”
 * @throws InputError for what can't be read or is not JSON, saying where
 */
export async function readJsonFile(file: string, wanted: string): Promise<unknown> {
  const contents = await readText(file, wanted);
  const fault = findJsonFault(contents);
  if (!fault) return JSON.parse(contents);
  const { line, column } = placeOf(contents, fault.offset);
  const place = `line ${line}, column ${column}`;
  if (fault.repeated !== undefined)
    throw new InputError(`${file} has ${fault.repeated} twice, again at ${place}; give it once.`);
  const [found = ''] = contents.slice(fault.offset, fault.offset + 20).split(/[\r\n]/);
  throw new InputError(
    fault.offset === contents.length
      ? `${file} is not JSON: it ends at ${place}, where more is wanted.`
      : `${file} is not JSON from ${place} on (${found.trim()}); it takes no comments, no comma behind the last value, and double quotes only.`,
  );
}

async function readText(file: string, wanted: string): Promise<string> {
  const contents = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new InputError(`There is no file ${file}; ${wanted}.`);
    if (code === 'EISDIR') throw new InputError(`${file} is a folder, and ${wanted}.`);
    throw new InputError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  });
  // Some editors begin a file with a byte order mark.
  return contents.replace(/^\uFEFF/, '');
}
