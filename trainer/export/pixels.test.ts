import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PixelRange, toBytes } from './pixels.ts';

const ranges: PixelRange[] = [
  [-1, 1],
  [0, 1],
  [0, 255],
  [1, -1],
];

describe('toBytes', () => {
  it('draws paper black, ink white and their middle grey', () => {
    for (const [paper, ink] of ranges)
      expect([...toBytes(Float32Array.of(paper, ink, (paper + ink) / 2), [paper, ink])]).toEqual([
        0, 255, 128,
      ]);
  });

  it('draws what lies outside the range as its nearer end, and NaN as paper', () => {
    const values = Float32Array.of(-1.1, 1.1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN);
    expect([...toBytes(values, [-1, 1])]).toEqual([0, 255, 0, 255, 0]);
  });

  it('gives back every byte that was scaled into a range', () => {
    for (const [paper, ink] of ranges) {
      const scaled = Float32Array.from({ length: 256 }, (_, byte) => paper + ((ink - paper) * byte) / 255);
      expect([...toBytes(scaled, [paper, ink])]).toEqual(Array.from({ length: 256 }, (_, byte) => byte));
    }
  });

  it('is within half a grey of the value, and never falls as the value grows', () => {
    const value = fc.float({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low = 0, high = 0] = toBytes(Float32Array.of(Math.min(a, b), Math.max(a, b)), [-1, 1]);
        expect(low).toBeLessThanOrEqual(high);
        expect(Math.abs(low - (Math.min(a, b) + 1) * 127.5)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});
