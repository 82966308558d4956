import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tileDigits } from './pixels.ts';
import { encodeGreyPng, renderGrid } from './png.ts';
import { decodeGreyPng } from './png-fixture.ts';

describe('encodeGreyPng', () => {
  it('writes images that a reference decoder reads back byte for byte', async () => {
    const side = fc.integer({ min: 1, max: 40 });
    const image = fc.tuple(side, side).chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        pixels: fc.uint8Array({ minLength: width * height, maxLength: width * height }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(image, async ({ width, height, pixels }) => {
        const png = await encodeGreyPng(pixels, width, height);
        expect(await decodeGreyPng(png)).toEqual({ width, height, pixels: [...pixels] });
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bytes for the same image', async () => {
    const pixels = Uint8Array.from({ length: 784 }, (_, i) => i % 251);
    expect(await encodeGreyPng(pixels, 28, 28)).toEqual(await encodeGreyPng(pixels, 28, 28));
  });

  it('refuses pixels that are not the size of the image', async () => {
    await expect(encodeGreyPng(new Uint8Array(783), 28, 28)).rejects.toThrow('783 pixels are not');
  });
});

const digitsOf = (...greys: number[]) => Uint8Array.from(greys.flatMap((grey) => Array(784).fill(grey)));

describe('tileDigits', () => {
  it('puts digit r · columns + c at x = c · 28, y = r · 28', () => {
    const digits = Uint8Array.from({ length: 6 * 784 }, (_, i) => (i * 7 + Math.floor(i / 784)) % 256);
    const grid = tileDigits(digits, { rows: 2, columns: 3 });
    for (let digit = 0; digit < 6; digit++)
      for (const [x, y] of [
        [0, 0],
        [27, 0],
        [13, 14],
        [0, 27],
        [27, 27],
      ] as const) {
        const [row, column] = [Math.floor(digit / 3), digit % 3];
        const at = (row * 28 + y) * 3 * 28 + column * 28 + x;
        expect(grid[at]).toBe(digits[digit * 784 + y * 28 + x]);
      }
  });

  it('leaves the cells after the last digit black', () => {
    const grid = tileDigits(digitsOf(9, 9, 9), { rows: 2, columns: 2 });
    expect(grid.filter((grey) => grey === 9)).toHaveLength(3 * 784);
    expect(grid.at(-1)).toBe(0);
  });

  it('refuses more digits than cells, and parts of digits', () => {
    expect(() => tileDigits(digitsOf(1, 2), { rows: 1, columns: 1 })).toThrow(RangeError);
    expect(() => tileDigits(new Uint8Array(700), { rows: 1, columns: 1 })).toThrow(RangeError);
  });
});

describe('renderGrid', () => {
  it('is a greyscale PNG, white ink on black paper, without gaps', async () => {
    const images = Float32Array.from([-1, 1, 0].flatMap((value) => Array(784).fill(value)));
    const png = await renderGrid(images, { range: [-1, 1], rows: 1, columns: 3 });
    const { width, height, pixels } = await decodeGreyPng(png);
    expect([width, height]).toEqual([84, 28]);
    expect([0, 27, 28, 55, 56, 83].map((x) => pixels[x])).toEqual([0, 0, 255, 255, 128, 128]);
  });
});
