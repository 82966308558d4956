import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDigits } from '../data/digits.ts';
import { originalNames } from '../data/find-files.ts';
import { InputError } from '../errors.ts';
import { type DatasetFormat, type DatasetOptions, datasetFormats, openDataset } from './datasets.ts';
import { decodeGreyPng } from './png-fixture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(folder, { recursive: true }));

const digits = Uint8Array.from({ length: 5 * 784 }, (_, i) => (i * 31 + Math.floor(i / 784)) % 256);
const labels = Uint8Array.of(1, 0, 1, 1, 0);
const outs: Record<DatasetFormat, string> = { idx: 'set', npy: 'set.npy', png: 'set', grid: 'set.png' };
const outOf = (format: DatasetFormat) => join(folder, 'made', outs[format]);
const files = async () => (await readdir(folder, { recursive: true })).sort();

/** Five digits in batches of two, two and one. */
async function writeAll(format: DatasetFormat, options: Partial<DatasetOptions> = {}): Promise<string[]> {
  const labelled = options.labelled ?? false;
  const writer = await openDataset(format, outOf(format), { count: 5, labelled, ...options });
  for (const start of [0, 2, 4]) {
    const batch = digits.subarray(start * 784, (start + 2) * 784);
    await writer.write(batch, labelled ? labels.subarray(start, start + 2) : null);
  }
  return await writer.close();
}

describe('idx', () => {
  it("is a folder that begins as MNIST's files do, and that a reader of MNIST reads back", async () => {
    const paths = await writeAll('idx', { labelled: true, test: 2 });
    const names = Object.values(originalNames);
    expect(paths).toEqual(names.map((name) => join(outOf('idx'), name)));
    const files = await Promise.all(paths.map((path) => readFile(path)));
    // By the format's description: 0, 0, 8 for bytes, how many dimensions; then each, big-endian.
    expect(files.map((file, i) => file.toString('hex', 0, i % 2 === 0 ? 16 : 8))).toEqual([
      '00000803000000030000001c0000001c',
      '0000080100000003',
      '00000803000000020000001c0000001c',
      '0000080100000002',
    ]);
    const { train, test } = await loadDigits({ dir: outOf('idx') });
    expect(train).toEqual({ images: digits.slice(0, 3 * 784), labels: labels.slice(0, 3), count: 3 });
    expect(test).toEqual({ images: digits.slice(3 * 784), labels: labels.slice(3), count: 2 });
  });

  it.each([1, 2, 3, 4])(
    'parts the digits from the last %i on, in whatever batches they come',
    async (test) => {
      await writeAll('idx', { labelled: true, test });
      const read = await loadDigits({ dir: outOf('idx') });
      expect([read.train.count, read.test.count]).toEqual([5 - test, test]);
      expect([...read.train.images, ...read.test.images]).toEqual([...digits]);
      expect([...read.train.labels, ...read.test.labels]).toEqual([...labels]);
    },
  );

  it('has one class where there are no labels, and drops the test files that it replaces', async () => {
    await writeAll('idx', { labelled: true, test: 1 });
    await writeAll('idx', { force: true });
    expect(await readdir(outOf('idx'))).toEqual(['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']);
    const { train, test, classes } = await loadDigits({ dir: outOf('idx') });
    expect([train.count, test.count, classes]).toEqual([5, 0, 1]);
  });

  it('refuses a part that no format has', async () => {
    const open = (format: DatasetFormat, test: number) =>
      openDataset(format, outOf(format), { count: 2, labelled: false, test });
    await expect(open('idx', 2)).rejects.toThrow('2 of 2 digits cannot be the test digits of idx');
    await expect(open('npy', 1)).rejects.toThrow('1 of 2 digits cannot be the test digits of npy');
  });
});

describe('npy', () => {
  it('starts as the files of NumPy do', async () => {
    const [imagesPath = '', labelsPath = ''] = await writeAll('npy', { labelled: true });
    // np.save of np.zeros((5, 28, 28), np.uint8) and of np.zeros(5, np.uint8), NumPy 2.4.6.
    const recorded = (shape: string) =>
      `\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(127) +
      '\n';
    const images = await readFile(imagesPath);
    expect(images.subarray(0, 128).toString('latin1')).toBe(recorded('(5, 28, 28)'));
    expect([...images.subarray(128)]).toEqual([...digits]);
    const classes = await readFile(labelsPath);
    expect(classes.subarray(0, 128).toString('latin1')).toBe(recorded('(5,)'));
    expect([...classes.subarray(128)]).toEqual([...labels]);
    expect(labelsPath).toBe(join(folder, 'made', 'set-labels.npy'));
  });
});

describe('png', () => {
  it('is a folder of numbered digits, their labels in their names', async () => {
    expect(await writeAll('png', { labelled: true })).toEqual([outOf('png')]);
    const names = ['00000-1.png', '00001-0.png', '00002-1.png', '00003-1.png', '00004-0.png'];
    expect((await readdir(outOf('png'))).sort()).toEqual(names);
    expect(await decodeGreyPng(join(outOf('png'), '00003-1.png'))).toEqual({
      ...{ width: 28, height: 28, pixels: [...digits.subarray(3 * 784, 4 * 784)] },
    });
  });

  it('replaces all digits that were there and nothing else', async () => {
    await mkdir(outOf('png'), { recursive: true });
    for (const name of ['00000-9.png', '00007.png', 'cover.png', 'notes.txt'])
      await writeFile(join(outOf('png'), name), 'old');
    await writeAll('png', { force: true });
    const names = ['00000.png', '00001.png', '00002.png', '00003.png', '00004.png', 'cover.png', 'notes.txt'];
    expect((await readdir(outOf('png'))).sort()).toEqual(names);
  });
});

describe('grid', () => {
  it('is near-square', async () => {
    await writeAll('grid');
    const { width, height, pixels } = await decodeGreyPng(outOf('grid'));
    expect([width, height]).toEqual([3 * 28, 2 * 28]);
    expect(pixels[2 * 28]).toBe(digits[2 * 784]);
  });

  it('refuses what nobody could look at', async () => {
    const opened = openDataset('grid', outOf('grid'), { count: 10_001, labelled: false });
    await expect(opened).rejects.toThrow(/10001 digits is too large/);
  });
});

describe.each(datasetFormats)('%s output', (format) => {
  it('appears only when all digits came', async () => {
    const writer = await openDataset(format, outOf(format), { count: 2, labelled: false });
    await writer.write(digits.subarray(0, 784), null);
    const hidden = (await files()).filter((path) => !/(?:^|[\\/])\./.test(path));
    expect(hidden.filter((path) => !['made', join('made', 'set')].includes(path))).toEqual([]);
    await expect(writer.close()).rejects.toThrow('1 of 2 digits never came.');
    expect((await files()).filter((path) => path !== 'made')).toEqual([]);
  });

  it('leaves nothing behind when it is given up, or given what does not fit', async () => {
    const open = (labelled: boolean) => openDataset(format, outOf(format), { count: 2, labelled });
    const aborted = await open(false);
    await aborted.write(digits.subarray(0, 784), null);
    await aborted.abort();
    await expect((await open(false)).write(digits, null)).rejects.toThrow('5 digits came where 2 were left');
    await expect((await open(false)).write(digits.subarray(0, 9), null)).rejects.toThrow(
      '9 bytes are not digits',
    );
    await expect((await open(true)).write(digits.subarray(0, 784), null)).rejects.toThrow('with no labels');
    await expect((await open(true)).write(digits.subarray(0, 784), labels)).rejects.toThrow('with 5 labels');
    expect((await files()).filter((path) => path !== 'made')).toEqual([]);
  });

  it('is not written over what is there, unless by force', async () => {
    await writeAll(format);
    const before = await files();
    const again = writeAll(format);
    await expect(again).rejects.toBeInstanceOf(InputError);
    await expect(again).rejects.toThrow(/--force/);
    await writeAll(format, { force: true });
    expect(await files()).toEqual(before);
  });

  it('is refused where something of another kind is in the way, and for no digits', async () => {
    const isFolder = format === 'idx' || format === 'png';
    await mkdir(join(folder, 'made'));
    if (isFolder) await writeFile(outOf(format), '');
    else await mkdir(outOf(format));
    await expect(writeAll(format)).rejects.toThrow(isFolder ? /is a file/ : /is a folder/);
    await expect(writeAll(format, { count: 0 })).rejects.toThrow(/The number of digits is 0/);
  });
});

it('names the ending that a file is to have', async () => {
  const options = { count: 1, labelled: false };
  await expect(openDataset('npy', join(folder, 'set'), options)).rejects.toThrow(/ends in \.npy/);
  await expect(openDataset('grid', join(folder, 'set.jpg'), options)).rejects.toThrow(/ends in \.png/);
});
