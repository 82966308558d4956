import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { Initializer } from './initializers.ts';

// Layers in the place of tfjs's own where a compiled step needs its randomness as an input and its state in the open.

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

interface SpectralOptions {
  readonly name: string;
  /** Units, or filters. */
  readonly units: number;
  readonly kernelInitializer: Initializer;
  readonly useBias?: boolean;
}

interface Variables extends Readonly<Record<'kernel' | 'u' | 'v', tfjs.LayerVariable>> {
  readonly bias: tfjs.LayerVariable | undefined;
}

/**
 * A layer whose weights W are divided by their spectral norm σ(W), the most by which they can stretch an input
 * (Miyato et al. 2018, section 2.1). σ = uᵀWv, with u and v near the singular vectors of the largest singular
 * value: `iterate` brings them nearer once a step. They are state of the step beside the weights, so σ is
 * differentiated by W with u and v held, as in the paper.
 *
 * The kernel [..., units] as a matrix [rest, units] is the paper's W, transposed.
 */
abstract class SpectralLayer extends tf.layers.Layer {
  protected readonly units: number;
  readonly #kernelInitializer: Initializer;
  readonly #useBias: boolean;
  #variables: Variables | undefined;

  constructor({ name, units, kernelInitializer, useBias = true }: SpectralOptions) {
    super({ name });
    this.#useBias = useBias;
    this.units = units;
    this.#kernelInitializer = kernelInitializer;
  }

  protected abstract kernelShape(input: tfjs.Shape): number[];
  protected abstract product(x: tfjs.Tensor, kernel: tfjs.Tensor): tfjs.Tensor;

  override build(input: tfjs.Shape): void {
    const shape = this.kernelShape(input);
    const rest = shape.slice(0, -1).reduce((size, d) => size * d, 1);
    const weight = (name: string, shape: number[], init: Initializer, trainable = true) =>
      this.addWeight(name, shape, 'float32', init, undefined, trainable);
    const { zeros, ones } = tf.initializers;
    // Ones are no singular vector of random weights, and not orthogonal to one either.
    this.#variables = {
      kernel: weight('kernel', shape, this.#kernelInitializer),
      bias: this.#useBias ? weight('bias', [this.units], zeros()) : undefined,
      u: weight('u', [this.units, 1], ones(), false),
      v: weight('v', [rest, 1], ones(), false),
    };
    super.build(input);
  }

  /** One power iteration (algorithm 1): v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖. */
  iterate(): void {
    tf.tidy(() => {
      const { u, v } = this.#built;
      const matrix = this.#matrix();
      const right = unit(tf.matMul(matrix, u.read()));
      v.write(right);
      u.write(unit(tf.matMul(matrix, right, true)));
    });
  }

  /** σ(W), as u and v have it: a matrix of one number. */
  spectralNorm(): tfjs.Tensor {
    const { u, v } = this.#built;
    return tf.matMul(v.read(), tf.matMul(this.#matrix(), u.read()), true);
  }

  override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
    return tf.tidy(() => {
      const { kernel, bias } = this.#built;
      const normalised = tf.div(kernel.read(), tf.reshape(this.spectralNorm(), []));
      const product = this.product(Array.isArray(inputs) ? inputs[0]! : inputs, normalised);
      return bias ? tf.add(product, bias.read()) : product;
    });
  }

  #matrix(): tfjs.Tensor {
    return tf.reshape(this.#built.kernel.read(), [-1, this.units]);
  }

  get #built() {
    if (!this.#variables) throw new Error(`the layer ${this.name} was used before it was built`);
    return this.#variables;
  }
}

const unit = (x: tfjs.Tensor): tfjs.Tensor => tf.div(x, tf.sqrt(tf.sum(tf.square(x))));

/** A fully connected layer under spectral normalisation: [batch, n] → [batch, units]. */
export class SpectralDense extends SpectralLayer {
  static readonly className = 'SpectralDense';

  protected override kernelShape(input: tfjs.Shape): number[] {
    return [input.at(-1)!, this.units];
  }
  protected override product(x: tfjs.Tensor, kernel: tfjs.Tensor): tfjs.Tensor {
    return tf.matMul(x, kernel);
  }
  override computeOutputShape([batch = null]: tfjs.Shape): tfjs.Shape {
    return [batch, this.units];
  }
}

/**
 * A convolution with padding `same` under spectral normalisation, of its kernel as a matrix
 * [size · size · channels, units]: [batch, h, w, channels] → [batch, ⌈h/strides⌉, ⌈w/strides⌉, units].
 */
export class SpectralConv2D extends SpectralLayer {
  static readonly className = 'SpectralConv2D';
  readonly #size: number;
  readonly #strides: number;

  constructor(options: SpectralOptions & { readonly kernelSize: number; readonly strides: number }) {
    super(options);
    this.#size = options.kernelSize;
    this.#strides = options.strides;
  }

  protected override kernelShape(input: tfjs.Shape): number[] {
    return [this.#size, this.#size, input.at(-1)!, this.units];
  }
  protected override product(x: tfjs.Tensor, kernel: tfjs.Tensor): tfjs.Tensor {
    return tf.conv2d(x as tfjs.Tensor4D, kernel as tfjs.Tensor4D, this.#strides, 'same');
  }
  override computeOutputShape([batch = null, ...sides]: tfjs.Shape): tfjs.Shape {
    return [batch, ...sides.slice(0, 2).map((side) => Math.ceil(side! / this.#strides)), this.units];
  }
}

/** One power iteration of every layer under spectral normalisation; a model without any is left as it is. */
export function iteratePowers({ layers }: tfjs.LayersModel): void {
  for (const layer of layers) if (layer instanceof SpectralLayer) layer.iterate();
}
