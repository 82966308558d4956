import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { encodeIdxImages, encodeIdxLabels, parseIdxImages, parseIdxLabels } from './idx-fixture.ts';
import { idxImagesHeader, idxLabelsHeader } from './idx-format.ts';

const digits = (count: number) => Uint8Array.from({ length: count * 784 }, (_, i) => (i * 31 + 7) % 256);
const anyLabels = fc.uint8Array({ maxLength: 40 });

describe('the IDX headers', () => {
  it('are those of the MNIST training files', () => {
    expect(Buffer.from(idxImagesHeader(60_000)).toString('hex')).toBe('000008030000ea600000001c0000001c');
    expect(Buffer.from(idxLabelsHeader(60_000)).toString('hex')).toBe('000008010000ea60');
  });

  it('refuse a count that the pixels belie', () => {
    expect(() => encodeIdxImages(digits(2), 3)).toThrow('1568 pixels are not 3 digits of 784');
  });
});

describe('parseIdxImages', () => {
  it('reads what was written, gzipped or not', () => {
    for (const count of [0, 1, 3]) {
      const file = encodeIdxImages(digits(count), count);
      expect(parseIdxImages(file, 'a')).toEqual(digits(count));
      expect(parseIdxImages(gzipSync(file), 'a.gz')).toEqual(digits(count));
    }
  });

  it('reads a file that is a part of a larger buffer', () => {
    const padded = new Uint8Array([9, 9, 9, ...encodeIdxImages(digits(1), 1), 9]);
    expect(parseIdxImages(padded.subarray(3, -1), 'a')).toEqual(digits(1));
  });

  it('copies nothing', () => {
    const file = encodeIdxImages(digits(1), 1);
    expect(parseIdxImages(file, 'a').buffer).toBe(file.buffer);
  });

  it('names images of another size', () => {
    const small = new Uint8Array([...idxImagesHeader(1, 8, 9), ...new Uint8Array(72)]);
    expect(() => parseIdxImages(small, 'small-images')).toThrow(
      'small-images holds images of 8 × 9 pixels and Inkling works with 28 × 28; resize them first.',
    );
  });

  it('says so when the file holds labels', () => {
    expect(() => parseIdxImages(encodeIdxLabels(new Uint8Array(20)), 'train-images')).toThrow(
      'train-images is not an IDX file of images but one of labels; check that no two files have swapped names.',
    );
  });

  it('says how many bytes are missing or too many', () => {
    const file = encodeIdxImages(digits(2), 2);
    expect(() => parseIdxImages(file.subarray(0, 1000), 'cut')).toThrow(
      'cut holds 1000 bytes and its header promises 1584 (2 images); copy or download it again.',
    );
    expect(() => parseIdxImages(new Uint8Array([...file, 0]), 'long')).toThrow('long holds 1585 bytes');
  });
});

describe('parseIdxLabels', () => {
  it('reads what was written, gzipped or not', () => {
    fc.assert(
      fc.property(anyLabels, fc.boolean(), (labels, zipped) => {
        const file = encodeIdxLabels(labels);
        expect(parseIdxLabels(zipped ? gzipSync(file) : file, 'a')).toEqual(labels);
      }),
    );
  });

  it('never takes a file of another length', () => {
    fc.assert(
      fc.property(anyLabels, fc.integer({ min: -48, max: 8 }), (labels, change) => {
        fc.pre(change !== 0);
        const file = encodeIdxLabels(labels);
        const other = new Uint8Array(Math.max(0, file.length + change));
        other.set(file.subarray(0, other.length));
        expect(() => parseIdxLabels(other, 'a')).toThrow(InputError);
      }),
    );
  });

  it('says so when the file is no IDX at all', () => {
    expect(() => parseIdxLabels(new TextEncoder().encode('<!doctype html>'), 'page')).toThrow(
      'page is not an IDX file of labels, but looks like a web page',
    );
  });

  it('says so when the file is empty', () => {
    expect(() => parseIdxLabels(new Uint8Array(), 'empty')).toThrow(
      'empty is empty; copy or download it again.',
    );
  });
});

describe('a gzipped file', () => {
  const zipped = gzipSync(encodeIdxLabels(new Uint8Array(100)));

  it('is named when it is damaged or cut', () => {
    for (const length of [4, 20, zipped.length - 9, zipped.length - 1])
      expect(() => parseIdxLabels(zipped.subarray(0, length), 'cut.gz')).toThrow(
        /^cut\.gz is damaged gzip \(.+\); copy or download it again\.$/,
      );
    expect(() => parseIdxLabels(Buffer.concat([zipped, Buffer.from('rest')]), 'more.gz')).toThrow(InputError);
  });

  it('is told by what it holds', () => {
    expect(() => parseIdxLabels(gzipSync('<html>'), 'page.gz')).toThrow('looks like a web page');
    expect(() => parseIdxLabels(gzipSync(zipped), 'twice.gz')).toThrow('looks like gzip; unpack it');
  });

  it('takes no more memory than its header promises, whatever it holds', () => {
    // A megabyte that is the gzip of a gigabyte: gzip's members follow one another.
    const zeros = gzipSync(Buffer.alloc(2 ** 24));
    const bombs = [
      [encodeIdxImages(digits(2), 2), 'holds, unpacked, more than the 1584 bytes that its header promises'],
      [
        idxImagesHeader(2 ** 32 - 1),
        'promises 3367254359296 bytes (4294967295 images), and Inkling reads at most',
      ],
      [new Uint8Array(), 'looks like nothing but zeros'],
    ] as const;
    const before = process.resourceUsage().maxRSS;
    for (const [head, sentence] of bombs) {
      const bomb = Buffer.concat([
        ...(head.length > 0 ? [gzipSync(head)] : []),
        ...Array<Buffer>(64).fill(zeros),
      ]);
      expect(() => parseIdxImages(bomb, 'bomb.gz')).toThrow(sentence);
    }
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200_000);
  });
});
