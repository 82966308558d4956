import sharp from 'sharp';

/**
 * An 8-bit greyscale PNG, lossless.
 *
 * @param pixels [height, width], 0 is black
 */
export async function encodeGreyPng(pixels: Uint8Array, width: number, height: number): Promise<Buffer> {
  if (pixels.length !== width * height)
    throw new RangeError(`${pixels.length} pixels are not an image of ${width} × ${height}.`);
  return await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
}
