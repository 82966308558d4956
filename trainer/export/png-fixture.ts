import sharp from 'sharp';

/** What a decoder that is not ours reads from a PNG, for tests. */
export async function decodeGreyPng(
  png: Uint8Array | string,
): Promise<{ width: number; height: number; pixels: number[] }> {
  const { channels, depth, space } = await sharp(png).metadata();
  if (channels !== 1 || depth !== 'uchar' || space !== 'b-w')
    throw new Error(`The PNG has ${channels} channels of ${depth} in ${space}; it should be 8-bit grey.`);
  const grey = sharp(png).toColourspace('b-w').raw();
  const { data, info } = await grey.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: [...data] };
}
