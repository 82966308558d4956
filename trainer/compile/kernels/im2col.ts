import type * as tfjs from '@tensorflow/tfjs';
import type { Shape } from '../graph.ts';
import { tf } from '../tf.ts';

/** tfjs's attributes of a convolution, as those of its gradients are named too. */
export type ConvolutionAttrs = Omit<tfjs.Conv2DAttrs, 'dimRoundingMode'>;

/** tfjs's own geometry of a convolution. @throws Error for another layout than NHWC */
export function conv2dInfo(x: Shape, filter: Shape, attrs: ConvolutionAttrs) {
  if (attrs.dataFormat !== 'NHWC')
    throw new Error(`a convolution's data format is ${attrs.dataFormat}, and only NHWC is compiled`);
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    (attrs as tfjs.Conv2DAttrs).dimRoundingMode,
  );
}

/** The geometry of a 2-D convolution, NHWC, without dilation. */
export interface Geometry {
  readonly batch: number;
  /** Height, width and channels of the input. */
  readonly input: readonly [number, number, number];
  /** Height, width and channels of the output. */
  readonly output: readonly [number, number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Rows above and columns left of the input that the first window covers. */
  readonly padding: readonly [number, number];
}

/** @throws Error for a dilated convolution, which is not compiled */
export function geometry(info: tfjs.backend_util.Conv2DInfo): Geometry {
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1)
    throw new Error('a dilated convolution is not compiled: use a dilation rate of 1');
  return {
    batch: info.batchSize,
    input: [info.inHeight, info.inWidth, info.inChannels],
    output: [info.outHeight, info.outWidth, info.outChannels],
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    padding: [info.padInfo.top, info.padInfo.left],
  };
}

/**
 * The convolution of stride 1 that goes the other way: what an input position gets from the outputs that see it is a
 * convolution of the outputs by the same kernel, turned by half a circle and its channels exchanged.
 */
export function mirrored({ input, output, kernel, padding, ...rest }: Geometry): Geometry {
  const [top, left] = [kernel[0] - 1 - padding[0], kernel[1] - 1 - padding[1]];
  return { ...rest, input: output, output: input, kernel, padding: [top, left] };
}

/** Marks a place outside the input, where the value is 0. */
export const outside = -1;

/**
 * Which input position each kernel element of each output position sees, row by row:
 * `taps[(outputPosition * kernelSize) + kernelElement]` is an input position or `outside`.
 */
export function taps({ input, output, kernel, strides, padding }: Geometry): number[] {
  const [h, w] = input;
  const places: number[] = [];
  for (let oy = 0; oy < output[0]; oy++)
    for (let ox = 0; ox < output[1]; ox++)
      for (let ky = 0; ky < kernel[0]; ky++)
        for (let kx = 0; kx < kernel[1]; kx++) {
          const y = oy * strides[0] + ky - padding[0];
          const x = ox * strides[1] + kx - padding[1];
          places.push(y >= 0 && x >= 0 && y < h && x < w ? y * w + x : outside);
        }
  return places;
}

/** The reverse of `taps`: for each input position, the places in the table that see it. */
export function sources(geo: Geometry): number[][] {
  const seenBy: number[][] = Array.from({ length: geo.input[0] * geo.input[1] }, () => []);
  taps(geo).forEach((position, place) => {
    if (position !== outside) seenBy[position]!.push(place);
  });
  return seenBy;
}
