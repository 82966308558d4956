import { expect, test } from 'vitest';
import type { LayerSummary } from '../../../trainer/artifacts/schema.ts';
import { foldLayers, type Stage } from './fold.ts';

const layer = (type: string, output: number[], macs = 0, parameters = macs): LayerSummary => ({
  name: type,
  type,
  output,
  macs,
  parameters,
});
const latents: Stage = { kind: 'latents', shape: [64], marks: [] };
const picture: Stage = { kind: 'picture', shape: [28, 28, 1], marks: [] };

test('small layers become marks of the block before them, and a reshape its shape', () => {
  const { main, side } = foldLayers(
    [
      layer('Dense', [3136], 200_704),
      layer('BatchNormalization', [3136], 0, 12_544),
      layer('ReLU', [3136]),
      layer('Reshape', [7, 7, 64]),
      layer('Conv2DTranspose', [14, 14, 32], 1_605_632),
    ],
    latents,
  );
  expect(main).toEqual([
    latents,
    { kind: 'dense', shape: [7, 7, 64], marks: ['batch norm', 'ReLU'] },
    { kind: 'transposed conv.', shape: [14, 14, 32], marks: [] },
  ]);
  expect(side).toEqual([]);
});

test('flattening changes nothing that is drawn, and an input keeps its shape', () => {
  const { main } = foldLayers(
    [layer('Reshape', [1, 1, 64]), layer('Conv2D', [7, 7, 2], 98), layer('Flatten', [98])],
    latents,
  );
  expect(main.map(({ shape }) => shape)).toEqual([[64], [7, 7, 2]]);
});

test('a class that goes through a layer of its own is a way that joins the sample’s', () => {
  const { main, side } = foldLayers(
    [
      layer('InputLayer', [28, 28, 1]),
      layer('Conv2D', [14, 14, 4], 1),
      layer('InputLayer', [10]),
      layer('Flatten', [784]),
      layer('Dense', [784], 7840),
      layer('Dense', [1], 784, 785),
      layer('Dot', [1], 784, 0),
      layer('Add', [1]),
    ],
    picture,
  );
  expect(side.map(({ kind, shape }) => [kind, shape])).toEqual([
    ['class', [10]],
    ['dense', [784]],
  ]);
  expect(main.map(({ kind }) => kind)).toEqual(['picture', 'convolution', 'dense', 'dot product']);
  expect(main.at(-1)?.marks).toEqual(['sum']);
});

test('the mask of a dropout is a mark, not a way', () => {
  const { main, side } = foldLayers(
    [
      layer('InputLayer', [28, 28, 1]),
      layer('Dense', [256], 200_704),
      layer('LeakyReLU', [256]),
      layer('InputLayer', [256]),
      layer('Multiply', [256]),
      layer('Dense', [1], 256, 257),
    ],
    picture,
  );
  expect(side).toEqual([]);
  expect(main.slice(1)).toEqual([
    { kind: 'dense', shape: [256], marks: ['leaky ReLU', 'dropout'] },
    { kind: 'dense', shape: [1], marks: [] },
  ]);
});

test('a crop and a padding are marks, and the way goes on at the size that they leave', () => {
  const { main, side } = foldLayers(
    [
      layer('Conv2DTranspose', [32, 32, 2], 99),
      layer('ReLU', [32, 32, 2]),
      layer('Cropping2D', [28, 28, 2]),
      layer('ZeroPadding2D', [30, 30, 2]),
      layer('BatchNormalization', [30, 30, 2], 0, 8),
      layer('Conv2D', [28, 28, 1], 98),
    ],
    latents,
  );
  expect(side).toEqual([]);
  expect(main.slice(1)).toEqual([
    {
      kind: 'transposed conv.',
      shape: [32, 32, 2],
      marks: ['ReLU', 'crop', 'padding', 'batch norm'],
    },
    { kind: 'convolution', shape: [28, 28, 1], marks: [] },
  ]);
});

test('a layer under spectral normalisation is drawn as the plain one, with a mark', () => {
  const { main, side } = foldLayers(
    [
      layer('InputLayer', [28, 28, 1]),
      layer('SpectralConv2D', [14, 14, 32], 100_352, 610),
      layer('LeakyReLU', [14, 14, 32]),
      layer('InputLayer', [10]),
      layer('SpectralDense', [6272], 62_720),
      layer('SpectralDense', [1], 6272, 12_546),
      layer('Dot', [1], 6272, 0),
    ],
    picture,
  );
  expect(main.slice(1)).toEqual([
    { kind: 'convolution', shape: [14, 14, 32], marks: ['spectral norm', 'leaky ReLU'] },
    { kind: 'dense', shape: [1], marks: ['spectral norm'] },
    { kind: 'dot product', shape: [1], marks: [] },
  ]);
  expect(side.map(({ kind }) => kind)).toEqual(['class', 'dense']);
});

test('a layer that nobody foresaw is drawn by its own name', () => {
  const { main } = foldLayers([layer('Conv3D', [2, 2, 2, 8], 99), layer('Softmax', [2, 2, 2, 8])], latents);
  expect(main[1]).toEqual({ kind: 'Conv3D', shape: [2, 2, 2, 8], marks: ['Softmax'] });
});
