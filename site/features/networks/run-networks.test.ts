import { expect, test } from 'vitest';
import type { Run } from '../../../trainer/artifacts/schema.ts';
import { drawNetwork } from './run-networks.ts';

const dense = (output: number[], macs: number) => ({
  name: 'd',
  type: 'Dense',
  output,
  macs,
  parameters: macs,
});
const network = (layers: ReturnType<typeof dense>[]) => ({ layers, parameters: 0, macs: 0 });
// What the drawing reads of a run, and nothing else.
const run = {
  networks: {
    generator: network([dense([256], 16_384), dense([784], 200_704)]),
    discriminator: network([dense([1], 784)]),
  },
  generator: { latentSize: 64, classes: 10, range: [-1, 1], ema: false },
  config: { outputActivation: 'relu' },
} as unknown as Run;

test('a generator starts from its latents and classes and ends in its output activation', () => {
  const { words } = drawNetwork(run, 'generator');
  expect(words).toBe('From left to right: latents and class, 74; dense, 256; dense, 784 (ReLU).');
});

test('a discriminator starts from a picture', () => {
  const { words } = drawNetwork(run, 'discriminator');
  expect(words).toBe('From left to right: picture, 28 by 28 by 1; dense, 1.');
});
