import { describe, expect, it } from 'vitest';
import { fillUniform } from '../random/streams.ts';
import { type BatchOptions, fillBatch, fillOneHot } from './batches.ts';
import type { DigitSet } from './digits.ts';
import { rotateDigit } from './rotate.ts';

const count = 6;
const set: DigitSet = {
  images: Uint8Array.from({ length: count * 784 }, (_, i) => (i * 37 + Math.floor(i / 784)) % 256),
  labels: Uint8Array.of(3, 1, 4, 1, 0, 2),
  count,
};
const order = Uint32Array.of(5, 3, 0, 1, 4, 2);
const plain: BatchOptions = { range: [-1, 1], rotation: 0, address: { seed: 1, step: 2 } };

function batchOf(size: number, first: number, options: BatchOptions): Float32Array {
  const out = new Float32Array(size * 784);
  fillBatch(out, set, order, first, options);
  return out;
}

describe('fillBatch', () => {
  it('takes the digits that the order names, from its place on', () => {
    const batch = batchOf(2, 1, { ...plain, range: [0, 255] });
    expect([...batch.subarray(0, 784)]).toEqual([...set.images.subarray(3 * 784, 4 * 784)]);
    expect([...batch.subarray(784)]).toEqual([...set.images.subarray(0, 784)]);
  });

  it('maps paper and ink to the ends of the range exactly', () => {
    const blackAndWhite: DigitSet = {
      images: new Uint8Array(784).fill(255, 400),
      labels: Uint8Array.of(0),
      count: 1,
    };
    for (const range of [
      [-1, 1],
      [0, 1],
      [0.1, 0.7],
    ] as const) {
      const batch = new Float32Array(784);
      fillBatch(batch, blackAndWhite, Uint32Array.of(0), 0, { ...plain, range });
      expect(new Set(batch)).toEqual(new Set(Float32Array.from(range)));
    }
  });

  it('turns each digit by the angle of its place, seed and step', () => {
    const rotation = 12;
    const address = { seed: 9, step: 77 };
    const batch = batchOf(3, 0, { ...plain, rotation, address });
    const expected = batchOf(3, 0, plain);
    const angles: number[] = [];
    for (let index = 0; index < 3; index++) {
      const [draw] = fillOne({ ...address, purpose: 'augment', index });
      angles.push((2 * draw - 1) * rotation);
      rotateDigit(expected, index * 784, angles[index] as number, -1);
    }
    expect(batch).toEqual(expected);
    expect(new Set(angles).size).toBe(3);
    expect(Math.max(...angles.map(Math.abs))).toBeLessThanOrEqual(rotation);
  });

  it('draws other angles at another step', () => {
    const options = { ...plain, rotation: 10 };
    expect(batchOf(1, 0, options)).toEqual(batchOf(1, 0, options));
    expect(batchOf(1, 0, options)).not.toEqual(batchOf(1, 0, { ...options, address: { seed: 1, step: 3 } }));
  });

  it('refuses to read beyond the order or the digits', () => {
    expect(() => batchOf(3, 4, plain)).toThrow('the batch reads place 6 of an order of 6 digits');
    expect(() => fillBatch(new Float32Array(784), set, Uint32Array.of(6), 0, plain)).toThrow(
      'the order names digit 6 of a set of 6',
    );
    expect(() => fillBatch(new Float32Array(785), set, order, 0, plain)).toThrow('no whole number of digits');
  });
});

function fillOne(address: Parameters<typeof fillUniform>[1]): [number] {
  const out = new Float32Array(1);
  fillUniform(out, address);
  return [out[0] as number];
}

describe('fillOneHot', () => {
  it('has a single 1 in each row, at the label of the digit', () => {
    const out = new Float32Array(2 * 5).fill(9);
    fillOneHot(out, set, order, 1, 5);
    expect([...out]).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0]);
  });

  it('refuses labels that do not fit, and rows that do not', () => {
    expect(() => fillOneHot(new Float32Array(3), set, order, 5, 3)).toThrow(
      'label 4 does not fit in 3 classes',
    );
    expect(() => fillOneHot(new Float32Array(7), set, order, 0, 5)).toThrow('no rows of 5 classes');
  });
});
