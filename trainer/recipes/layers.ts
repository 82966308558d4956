import { tf } from '../compile/tf.ts';
import type { Config } from '../config.ts';
import type { Initializer } from '../gan/layers.ts';

/** Makes initialisers that all follow from the run's seed and differ from layer to layer. */
export function seeded<More extends readonly unknown[] = []>(
  config: Config,
  make: (seed: number, ...more: More) => Initializer,
): (...more: More) => Initializer {
  let layer = 0;
  return (...more) => make(config.seed * 1000 + layer++, ...more);
}

/** N(0, .02), as Radford et al. (2016, section 3) initialise every convolution of a DCGAN. */
export const normal02 = (seed: number) => tf.initializers.randomNormal({ mean: 0, stddev: 0.02, seed });
/** U(−√(6/(in + out)), √(6/(in + out))) (Glorot & Bengio 2010, equation 16). */
export const glorot = (seed: number) => tf.initializers.glorotUniform({ seed });
/** N(0, 2/in) (He et al. 2015, equation 10): what keeps signals as large through ReLUs without a norm. */
export const he = (seed: number) => tf.initializers.heNormal({ seed });

// Projects in PyTorch leave these as PyTorch has them.

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
