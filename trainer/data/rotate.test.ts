import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillUniform } from '../random/streams.ts';
import { rotateDigit } from './rotate.ts';

const anyDigit = fc.nat().map((seed) => {
  const digit = new Float32Array(784);
  fillUniform(digit, { seed, purpose: 'augment', step: 0, index: 0 });
  return digit;
});
const anyAngle = fc.double({ min: -180, max: 180, noNaN: true });

function rotated(digit: Float32Array, degrees: number, paper = 0): Float32Array {
  const copy = digit.slice();
  rotateDigit(copy, 0, degrees, paper);
  return copy;
}

/**
 * Bilinear interpolation written the other way round: every source pixel within one step of the point gives
 * its share, and what lies outside gives nothing (grid_sample with zero padding and align_corners false).
 */
function reference(digit: Float32Array, degrees: number): Float32Array {
  const radians = (degrees * Math.PI) / 180;
  const out = new Float32Array(784);
  for (let row = 0; row < 28; row++)
    for (let column = 0; column < 28; column++) {
      const [dx, dy] = [column - 13.5, row - 13.5];
      const x = Math.cos(radians) * dx - Math.sin(radians) * dy + 13.5;
      const y = Math.sin(radians) * dx + Math.cos(radians) * dy + 13.5;
      let value = 0;
      for (let sourceRow = 0; sourceRow < 28; sourceRow++)
        for (let sourceColumn = 0; sourceColumn < 28; sourceColumn++)
          value +=
            Math.max(0, 1 - Math.abs(x - sourceColumn)) *
            Math.max(0, 1 - Math.abs(y - sourceRow)) *
            (digit[sourceRow * 28 + sourceColumn] as number);
      out[row * 28 + column] = value;
    }
  return out;
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0);

describe('rotateDigit', () => {
  it('leaves the digit alone at zero degrees', () => {
    fc.assert(
      fc.property(anyDigit, (digit) => {
        expect(rotated(digit, 0)).toEqual(digit);
      }),
      { numRuns: 10 },
    );
  });

  it('is bilinear interpolation around (13.5, 13.5), with nothing outside', () => {
    fc.assert(
      fc.property(anyDigit, anyAngle, (digit, degrees) => {
        expect(largestDifference(rotated(digit, degrees), reference(digit, degrees))).toBeLessThan(1e-6);
      }),
      { numRuns: 10 },
    );
  });

  it('turns counter-clockwise for a positive angle', () => {
    const digit = new Float32Array(784);
    digit[5 * 28 + 20] = 1; // right of the middle, above it
    const turned = rotated(digit, 90);
    expect(turned[7 * 28 + 5]).toBeCloseTo(1, 6); // left of the middle, above it
  });

  it('works in any range: what is outside is paper', () => {
    fc.assert(
      fc.property(anyDigit, anyAngle, (digit, degrees) => {
        const inRange = rotated(
          digit.map((value) => 2 * value - 1),
          degrees,
          -1,
        );
        const mapped = rotated(digit, degrees).map((value) => 2 * value - 1);
        expect(largestDifference(inRange, mapped)).toBeLessThan(1e-6);
        for (const value of inRange) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });

  it('turns only the digit it is given', () => {
    const batch = new Float32Array(3 * 784).fill(0.5);
    rotateDigit(batch, 784, 45, 0);
    expect(batch.subarray(0, 784).every((value) => value === 0.5)).toBe(true);
    expect(batch[784]).toBe(0);
    expect(batch.subarray(2 * 784).every((value) => value === 0.5)).toBe(true);
  });
});
