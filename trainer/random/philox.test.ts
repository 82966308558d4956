import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiplyHigh, philox4x32 } from './philox.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function philoxHex(counter: [number, number, number, number], key: [number, number]): string {
  const out = new Uint32Array(4);
  philox4x32(out, ...counter, ...key);
  return Array.from(out, (each) => each.toString(16).padStart(8, '0')).join(' ');
}

describe('philox4x32', () => {
  const ones = 0xffffffff;

  // The lines `philox4x32 10` of kat_vectors in Random123 1.14.
  it('gives the known answers that its authors published', () => {
    expect(philoxHex([0, 0, 0, 0], [0, 0])).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(philoxHex([ones, ones, ones, ones], [ones, ones])).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(philoxHex([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });

  it('takes a word signed or unsigned', () => {
    expect(philoxHex([-1, -1, -1, -1], [-1, -1])).toBe(philoxHex([ones, ones, ones, ones], [ones, ones]));
  });
});

describe('multiplyHigh', () => {
  it('is the upper word of the exact product', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(multiplyHigh(a, b) >>> 0).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
      }),
    );
  });
});
