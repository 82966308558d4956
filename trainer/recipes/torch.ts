import type { Config } from '../config.ts';
import { tf } from '../tf.ts';
import { seeded } from './layers.ts';

// Seeds that are PyTorch projects leave these as PyTorch has them.

/** The slope of BatchNorm2d's moving averages, written as what is kept. */
export const momentum = 0.9;

type DenseOptions = Omit<
  Parameters<typeof tf.layers.dense>[0],
  'name' | 'units' | 'kernelInitializer' | 'biasInitializer'
>;

/**
 * Makes fully connected layers that start as nn.Linear does: weights and biases from U(−1/√inputs, 1/√inputs)
 * (`reset_parameters`, https://github.com/pytorch/pytorch/blob/main/torch/nn/modules/linear.py).
 */
export function linearLayers(config: Config) {
  const uniform = seeded(config, (seed, inputs: number) =>
    tf.initializers.randomUniform({
      minval: -1 / Math.sqrt(inputs),
      maxval: 1 / Math.sqrt(inputs),
      // Apart from the seeds of the same network's convolutions.
      seed: seed + 700,
    }),
  );
  return (name: string, inputs: number, units: number, options: DenseOptions = {}) =>
    tf.layers.dense({
      ...options,
      name,
      units,
      kernelInitializer: uniform(inputs),
      biasInitializer: uniform(inputs),
    });
}
