import type * as tfjs from '@tensorflow/tfjs';
import { afterAll, expect, it } from 'vitest';
import { distance, wave } from '../compile/compiled-fixture.ts';
import { tf } from '../compile/tf.ts';
import { buildGan } from '../gan/gan.ts';
import { dcgan } from './dcgan.ts';
import { resolveConfig } from './recipe.ts';

// tfjs's operations take PyTorch's paddings as numbers, and its layers do not.

const { generator, discriminator } = buildGan(dcgan, resolveConfig(dcgan).config);
afterAll(() => tf.disposeVariables());

/** What neighbouring layers make of a picture. */
const through = (model: tfjs.LayersModel, names: readonly string[], x: tfjs.Tensor) =>
  names.reduce((y, name) => model.getLayer(name).apply(y) as tfjs.Tensor, x);
const kernelOf = (model: tfjs.LayersModel, name: string) =>
  model.getLayer(name).getWeights()[0] as tfjs.Tensor4D;
const picture = (side: number, channels: number) =>
  tf.tensor4d(wave(side * side * channels), [1, side, side, channels]);

it('ends its generator as a transposed convolution by one pixel with a padding of 2 does', () => {
  const x = picture(32, 64);
  const kernel = tf.transpose(kernelOf(generator, 'g_pixels'), [0, 1, 3, 2]);
  const wanted = tf.tanh(tf.conv2dTranspose(x, kernel, [1, 28, 28, 1], 1, 2));
  const got = through(generator, ['g_crop', 'g_pixels'], x);
  expect(got.shape).toEqual(wanted.shape);
  expect(distance(got.dataSync(), wanted.dataSync())).toBeLessThan(1e-6);
});

it.each([
  ['d_conv1', 28, 1, ['d_conv1']],
  ['d_conv2', 14, 64, ['d_conv2']],
  ['d_conv3', 7, 128, ['d_pad', 'd_conv3']],
])('pads %s of its discriminator by one pixel all around', (name, side, channels, names) => {
  const x = picture(side, channels);
  const wanted = tf.conv2d(x, kernelOf(discriminator, name), 2, 1, 'NHWC', 1, 'floor');
  const got = through(discriminator, names, x);
  expect(got.shape).toEqual(wanted.shape);
  expect(distance(got.dataSync(), wanted.dataSync())).toBeLessThan(1e-6);
});
