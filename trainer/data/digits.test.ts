import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { InputError } from '../errors.ts';
import { type DigitData, loadDigits, mnistSha256 } from './digits.ts';
import * as findFiles from './find-files.ts';
import { encodeIdxImages, encodeIdxLabels } from './idx-fixture.ts';

const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
const digits = (count: number, ink: number) => new Uint8Array(count * 784).fill(ink);
const images = (count: number, ink = 1) => encodeIdxImages(digits(count, ink), count);
const labels = (...each: number[]) => encodeIdxLabels(Uint8Array.from(each));

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-digits-'));
});
afterAll(() => rm(root, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

let folders = 0;
async function writeFolder(files: Record<string, Uint8Array>): Promise<string> {
  const dir = join(root, `set-${folders++}`);
  await mkdir(dir);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, name), bytes);
  return dir;
}

const smallSet = {
  'train-images-idx3-ubyte': images(3),
  'train-labels-idx1-ubyte': labels(4, 0, 2),
  't10k-images-idx3-ubyte': images(2, 9),
  't10k-labels-idx1-ubyte': labels(1, 4),
};

async function errorOf(files: Record<string, Uint8Array>, limit?: number): Promise<string> {
  const dir = await writeFolder(files);
  const error: unknown = await loadDigits({ dir, limit }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message.replaceAll(dir, 'DIR');
}

describe('the packaged MNIST', () => {
  let mnist: DigitData;
  beforeAll(async () => {
    mnist = await loadDigits();
  });

  it('is the original: 60,000 and 10,000 digits of ten classes', () => {
    expect(mnist).toMatchObject({
      name: 'mnist',
      classes: 10,
      train: { count: 60_000 },
      test: { count: 10_000 },
    });
    expect([...mnist.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...mnist.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // The mean and the deviation that everyone normalises MNIST by.
    const mean = mnist.train.images.reduce((sum, pixel) => sum + pixel, 0) / mnist.train.images.length / 255;
    expect(mean).toBeCloseTo(0.1307, 4);
  });

  it('lists its files with their checksums', () => {
    expect(mnist.files.map((file) => [basename(file.path), file.bytes])).toEqual([
      ['train-images-idx3-ubyte', 47_040_016],
      ['train-labels-idx1-ubyte', 60_008],
      ['t10k-images-idx3-ubyte', 7_840_016],
      ['t10k-labels-idx1-ubyte', 10_008],
    ]);
    expect(mnist.sha256).toBe(sha256(mnist.files.map((file) => file.sha256).join('')));
    expect(mnist.sha256).toBe('c65580678af93f1ea48c2c0d01d543ec89307c6b8a0eb7ca542d7c18c5f4c681');
  });

  it('is refused when a file is not the original, with both checksums', async () => {
    const dir = await writeFolder(smallSet);
    const paths = await findFiles.findDigitFiles(dir);
    vi.spyOn(findFiles, 'packagedDigitFiles').mockReturnValue(paths);
    const error: unknown = await loadDigits().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/is not the original MNIST file: .* is [0-9a-f]{64}, wanted [0-9a-f]{64}/);
    expect(String(error)).toContain('reinstall with npm ci');
  });
});

describe('a folder of IDX files', () => {
  it('is read, and named by what it holds and not by where it lies', async () => {
    const data = await loadDigits({ dir: await writeFolder(smallSet) });
    expect(data.name).toBe(`idx-${data.sha256.slice(0, 8)}`);
    expect(data.classes).toBe(5);
    expect(data.train).toEqual({ images: digits(3, 1), labels: Uint8Array.of(4, 0, 2), count: 3 });
    expect(data.test).toEqual({ images: digits(2, 9), labels: Uint8Array.of(1, 4), count: 2 });
  });

  it('may be gzipped, with the same checksums', async () => {
    const plain = await loadDigits({ dir: await writeFolder(smallSet) });
    const zippedFiles = Object.entries(smallSet).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]);
    const zipped = await loadDigits({ dir: await writeFolder(Object.fromEntries(zippedFiles)) });
    expect(zipped.train).toEqual(plain.train);
    expect(zipped.sha256).toBe(plain.sha256);
    expect(zipped.files.map((file) => file.bytes)).toEqual(plain.files.map((file) => file.bytes));
  });

  it('may use dots in its names, or the names of EMNIST', async () => {
    const [trainImages, trainLabels, testImages, testLabels] = Object.values(smallSet) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const dotted = await writeFolder({
      'train-images.idx3-ubyte': trainImages,
      'train-labels.idx1-ubyte': trainLabels,
      't10k-images.idx3-ubyte': testImages,
      't10k-labels.idx1-ubyte': testLabels,
    });
    const emnist = await writeFolder({
      'emnist-digits-train-images-idx3-ubyte.gz': gzipSync(trainImages),
      'emnist-digits-train-labels-idx1-ubyte.gz': gzipSync(trainLabels),
      'emnist-digits-test-images-idx3-ubyte.gz': gzipSync(testImages),
      'emnist-digits-test-labels-idx1-ubyte.gz': gzipSync(testLabels),
      'emnist-digits-mapping.txt': new Uint8Array(),
    });
    expect((await loadDigits({ dir: dotted })).sha256).toBe((await loadDigits({ dir: emnist })).sha256);
  });

  it('is MNIST where it holds the files of MNIST, under any name', async () => {
    const { train, test } = findFiles.packagedDigitFiles();
    const dir = await writeFolder({});
    const paths = [train.images, train.labels, test!.images, test!.labels];
    for (const path of paths) await symlink(path, join(dir, `my-${basename(path)}`));
    expect(await loadDigits({ dir })).toMatchObject({ name: 'mnist', sha256: mnistSha256 });
  });

  it('may have no test files, and then has a checksum of its training files', async () => {
    const { 'train-images-idx3-ubyte': digitFile, 'train-labels-idx1-ubyte': labelFile } = smallSet;
    const dir = await writeFolder({
      'train-images-idx3-ubyte': digitFile,
      'train-labels-idx1-ubyte': labelFile,
    });
    const data = await loadDigits({ dir });
    expect(data).toMatchObject({ train: { count: 3 }, test: { count: 0 }, classes: 5 });
    expect(data.sha256).toBe(sha256(sha256(digitFile) + sha256(labelFile)));
  });

  it('may hold a file beside its own gzipped copy', async () => {
    const dir = await writeFolder({ ...smallSet, 'train-images-idx3-ubyte.gz': gzipSync(images(3)) });
    const data = await loadDigits({ dir });
    expect(data.files[0]?.path).toBe(join(dir, 'train-images-idx3-ubyte'));
  });

  it('is refused with two data sets in it', async () => {
    expect(await errorOf({ ...smallSet, 'emnist-train-labels-idx1-ubyte': labels(1, 2, 3) })).toBe(
      'DIR has 2 files for train-labels-idx1-ubyte (emnist-train-labels-idx1-ubyte, train-labels-idx1-ubyte) and one was wanted; move the others to another folder.',
    );
  });

  it('is refused with a list of what was looked for when a file is missing', async () => {
    const { 't10k-labels-idx1-ubyte': _, ...rest } = smallSet;
    const message = await errorOf(rest);
    expect(message).toMatch(/^DIR has no t10k-labels-idx1-ubyte: wanted train-images-idx3-ubyte, /);
    expect(message).toMatch(
      /; got t10k-images-idx3-ubyte, train-images-idx3-ubyte, train-labels-idx1-ubyte\.$/,
    );
    expect(await errorOf({})).toContain('got an empty folder');
  });

  it('is refused when it is not there, or not a folder', async () => {
    await expect(loadDigits({ dir: join(root, 'nowhere') })).rejects.toThrow(
      /nowhere: there is no such folder; give/,
    );
    await writeFile(join(root, 'file'), '');
    await expect(loadDigits({ dir: join(root, 'file') })).rejects.toThrow(/it is a file, not a folder; give/);
  });

  it('is refused when images and labels do not match', async () => {
    expect(await errorOf({ ...smallSet, 'train-labels-idx1-ubyte': labels(1, 2) })).toBe(
      'DIR/train-images-idx3-ubyte holds 3 images and DIR/train-labels-idx1-ubyte holds 2 labels; give two files of the same data set.',
    );
  });

  it('is refused without a single digit', async () => {
    const message = await errorOf({
      ...smallSet,
      't10k-images-idx3-ubyte': images(0),
      't10k-labels-idx1-ubyte': labels(),
    });
    expect(message).toBe('DIR/t10k-images-idx3-ubyte holds no images; give a file with at least one.');
  });

  it('is refused with more than a hundred classes', async () => {
    expect(await errorOf({ ...smallSet, 'train-labels-idx1-ubyte': labels(0, 100, 1) })).toContain(
      'has the label 100 and the highest that Inkling takes is 99',
    );
  });

  it('is refused when a test label is unknown in training', async () => {
    expect(await errorOf({ ...smallSet, 't10k-labels-idx1-ubyte': labels(0, 5) })).toContain(
      'has the label 5 and the highest in the training labels is 4',
    );
  });
});

describe('a limit', () => {
  it('keeps the first training digits, without a copy, and all test digits', async () => {
    const data = await loadDigits({ dir: await writeFolder(smallSet), limit: 2 });
    expect(data.train).toMatchObject({ count: 2, labels: Uint8Array.of(4, 0) });
    expect(data.train.images).toHaveLength(2 * 784);
    expect(data.test.count).toBe(2);
  });

  it('leaves the classes and the checksum as they are', async () => {
    const dir = await writeFolder({ ...smallSet, 'train-labels-idx1-ubyte': labels(0, 1, 4) });
    const [all, some] = [await loadDigits({ dir, limit: 0 }), await loadDigits({ dir, limit: 1 })];
    expect(all.train.count).toBe(3);
    expect(some.classes).toBe(all.classes);
    expect(some.sha256).toBe(all.sha256);
  });

  it('is refused beyond the digits there are', async () => {
    expect(await errorOf(smallSet, 4)).toMatch(
      /^The limit is 4 and DIR has 3 training digits; give an integer from 1 to 3, or 0 for all\.$/,
    );
    expect(await errorOf(smallSet, -1)).toContain('The limit is -1');
    expect(await errorOf(smallSet, 1.5)).toContain('The limit is 1.5');
  });
});
