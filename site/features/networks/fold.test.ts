import { expect, test } from 'vitest';
import type { LayerSummary } from '../../../trainer/artifacts/schema.ts';
import { type FoldedNetwork, foldLayers, type Stage } from './fold.ts';

let count = 0;
const layer = (type: string, output: number[], macs = 0, parameters = macs): LayerSummary => ({
  name: `${type}${count++}`,
  type,
  output,
  macs,
  parameters,
});
const latents: Stage = { kind: 'latents', shape: [64], marks: [] };
const picture: Stage = { kind: 'picture', shape: [28, 28, 1], marks: [] };

/** A layer of a record that says what layers read; its name stands for its type's first use. */
const reading = (name: string, type: string, inputs: string[], output: number[], macs = 0): LayerSummary => ({
  ...layer(type, output, macs),
  name,
  inputs,
});

const along = ({ stages }: FoldedNetwork, places: readonly number[]) =>
  places.map((place) => stages[place]?.kind);
const mainOf = (network: FoldedNetwork) => network.main.map((place) => network.stages[place]);
const sidesOf = (network: FoldedNetwork) =>
  network.sides.map(({ from, stages, to }) => ({
    from: from === undefined ? undefined : network.stages[from]?.kind,
    along: along(network, stages),
    to: network.stages[to]?.kind,
  }));

test('small layers become marks of the block before them, and a reshape its shape', () => {
  const network = foldLayers(
    [
      layer('Dense', [3136], 200_704),
      layer('BatchNormalization', [3136], 0, 12_544),
      layer('ReLU', [3136]),
      layer('Reshape', [7, 7, 64]),
      layer('Conv2DTranspose', [14, 14, 32], 1_605_632),
    ],
    latents,
  );
  expect(mainOf(network)).toEqual([
    latents,
    { kind: 'dense', shape: [7, 7, 64], marks: ['batch norm', 'ReLU'] },
    { kind: 'transposed conv.', shape: [14, 14, 32], marks: [] },
  ]);
  expect(network.sides).toEqual([]);
});

test('flattening changes nothing that is drawn, and an input keeps its shape', () => {
  const network = foldLayers(
    [layer('Reshape', [1, 1, 64]), layer('Conv2D', [7, 7, 2], 98), layer('Flatten', [98])],
    latents,
  );
  expect(mainOf(network).map((stage) => stage?.shape)).toEqual([[64], [7, 7, 2]]);
});

test('a class that goes through a layer of its own is a way that joins the sample’s', () => {
  const network = foldLayers(
    [
      reading('image', 'InputLayer', [], [28, 28, 1]),
      reading('conv', 'Conv2D', ['image'], [14, 14, 4], 1),
      reading('digit', 'InputLayer', [], [10]),
      reading('flat', 'Flatten', ['conv'], [784]),
      reading('embed', 'Dense', ['digit'], [784], 7840),
      reading('logit', 'Dense', ['flat'], [1], 784),
      reading('project', 'Dot', ['flat', 'embed'], [1]),
      reading('sum', 'Add', ['logit', 'project'], [1]),
    ],
    picture,
  );
  expect(along(network, network.main)).toEqual(['picture', 'convolution', 'dense', 'sum']);
  expect(sidesOf(network)).toEqual([
    { from: undefined, along: ['class', 'dense', 'dot product'], to: 'sum' },
    { from: 'convolution', along: [], to: 'dot product' },
  ]);
});

test('the main way goes through a residual block, and its shortcut is a way beside it', () => {
  const network = foldLayers(
    [
      reading('latent', 'InputLayer', [], [64]),
      reading('dense', 'Dense', ['latent'], [392], 99),
      reading('map', 'Reshape', ['dense'], [7, 7, 8]),
      reading('norm', 'BatchNormalization', ['map'], [7, 7, 8]),
      reading('conv', 'Conv2D', ['norm'], [7, 7, 8], 99),
      reading('sum', 'Add', ['map', 'conv'], [7, 7, 8]),
      reading('act', 'ReLU', ['sum'], [7, 7, 8]),
      reading('wide', 'Conv2D', ['act'], [7, 7, 4], 99),
      reading('narrow', 'Conv2D', ['act'], [7, 7, 4], 99),
      reading('deep', 'Conv2D', ['narrow'], [7, 7, 4], 99),
      reading('joined', 'Concatenate', ['wide', 'deep'], [7, 7, 8]),
    ],
    latents,
  );
  expect(mainOf(network).map((stage) => [stage?.kind, stage?.marks])).toEqual([
    ['latents', []],
    ['dense', []],
    // The shortcut begins before it, so it is no mark on the dense layer.
    ['batch norm', []],
    ['convolution', []],
    ['sum', ['ReLU']],
    ['convolution', []],
    ['convolution', []],
    ['joined', []],
  ]);
  expect(sidesOf(network)).toEqual([
    { from: 'sum', along: ['convolution'], to: 'joined' },
    { from: 'dense', along: [], to: 'sum' },
  ]);
});

test('in an older record, which does not say what a layer reads, ways go on by their sizes', () => {
  const network = foldLayers(
    [
      layer('InputLayer', [28, 28, 1]),
      layer('Conv2D', [14, 14, 4], 1),
      layer('LeakyReLU', [14, 14, 4]),
      layer('InputLayer', [10]),
      layer('Flatten', [784]),
      layer('Dense', [784], 7840),
      layer('Dense', [1], 784, 785),
      layer('Dot', [1], 784, 0),
      layer('Add', [1]),
    ],
    picture,
  );
  expect(along(network, network.main)).toEqual(['picture', 'convolution', 'dense', 'dot product']);
  expect(mainOf(network).at(-1)?.marks).toEqual(['sum']);
  expect(sidesOf(network)).toEqual([{ from: undefined, along: ['class', 'dense'], to: 'dot product' }]);
});

test('the mask of a dropout is a mark, not a way', () => {
  const network = foldLayers(
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
  expect(network.sides).toEqual([]);
  expect(mainOf(network).slice(1)).toEqual([
    { kind: 'dense', shape: [256], marks: ['leaky ReLU', 'dropout'] },
    { kind: 'dense', shape: [1], marks: [] },
  ]);
});

test('a crop and a padding are marks, and the way goes on at the size that they leave', () => {
  const network = foldLayers(
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
  expect(network.sides).toEqual([]);
  expect(mainOf(network).slice(1)).toEqual([
    {
      kind: 'transposed conv.',
      shape: [32, 32, 2],
      marks: ['ReLU', 'crop', 'padding', 'batch norm'],
    },
    { kind: 'convolution', shape: [28, 28, 1], marks: [] },
  ]);
});

test('a layer under spectral normalisation is drawn as the plain one, with a mark', () => {
  const network = foldLayers(
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
  expect(mainOf(network).slice(1)).toEqual([
    { kind: 'convolution', shape: [14, 14, 32], marks: ['spectral norm', 'leaky ReLU'] },
    { kind: 'dense', shape: [1], marks: ['spectral norm'] },
    { kind: 'dot product', shape: [1], marks: [] },
  ]);
  expect(sidesOf(network)).toEqual([{ from: undefined, along: ['class', 'dense'], to: 'dot product' }]);
});

test('a layer that nobody foresaw is drawn by its own name', () => {
  const network = foldLayers([layer('Conv3D', [2, 2, 2, 8], 99), layer('Softmax', [2, 2, 2, 8])], latents);
  expect(mainOf(network)[1]).toEqual({ kind: 'Conv3D', shape: [2, 2, 2, 8], marks: ['Softmax'] });
});
