import type * as tfjs from '@tensorflow/tfjs';
import type { Config } from '../config.ts';
import { tf } from '../tf.ts';

export type Initializer = Exclude<
  Parameters<typeof tf.layers.dense>[0]['kernelInitializer'],
  string | undefined
>;

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

/** The pixel values that stand for paper and ink under an output activation. */
export const outputRange = (activation: Config['outputActivation']): [paper: number, ink: number] =>
  activation === 'tanh' ? [-1, 1] : [0, 1];

/** A digit as the networks see it: [28, 28, 1]. */
export const digitShape = [28, 28, 1] as const;

/** A functional model's inputs, growing by one with each dropout: see `maskedDropout`. */
export interface Masked {
  readonly inputs: tfjs.SymbolicTensor[];
  dropout(x: tfjs.SymbolicTensor): tfjs.SymbolicTensor;
}

/**
 * Dropout for compiled steps: what to drop is an input of the network, a mask of 0 and 1/(1 − rate), for a
 * step must not draw random numbers itself. Each call adds one input named `mask…`; at rate 0 it adds none.
 */
export function maskedDropout(inputs: tfjs.SymbolicTensor[], rate: number): Masked {
  let next = 1;
  return {
    inputs,
    dropout(x) {
      if (rate === 0) return x;
      const name = `mask${next++}`;
      const mask = tf.input({ shape: x.shape.slice(1), name });
      inputs.push(mask);
      return tf.layers.multiply({ name: `drop_${name}` }).apply([x, mask]) as tfjs.SymbolicTensor;
    },
  };
}
