import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGreyPng } from './png.ts';
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
