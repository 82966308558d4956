import { type Tensor, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { generatorKinds, sizeOf } from '../../../trainer/export/layer-kinds.ts';
import { layersModelSchema, readWeights, type Weight } from '../../../trainer/export/layers-format.ts';
import { type LayerFault, type Network, readNetwork } from '../../../trainer/export/topology.ts';
import { buildLayer, type Forward } from './layers.ts';
import type { TransposedConvolution } from './transposed.ts';

/** A generator whose weights lie on the backend, until it is disposed of. */
export interface Generator {
  /** Length of its input: the latent, and the class where there is one. */
  readonly inputSize: number;
  /** The first kernel that its input meets: [inputSize, units], or [height, width, units, inputSize]. */
  readonly firstKernel: Weight;
  /**
   * @param input [count, inputSize]
   * @returns [count, 28, 28, 1] as one array, in the generator's range
   */
  draw(input: Float32Array, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** Values of a layer's output, all digits together: 512 MB of them. */
const mostValues = 2 ** 27;

/** What is wrong with a layer, in words for a visitor. */
function layerWords({ layer, kind, settings }: LayerFault): string {
  const start = `The sampler cannot compute the layer ${layer}, a ${kind}`;
  return settings === 'unknown kind'
    ? `${start}. It knows ${Object.keys(generatorKinds).join(', ')}.`
    : `${start}, with its ${settings.join(', ')}.`;
}

/** @throws Error in words for a visitor */
function checked(network: Network | LayerFault | string): Network {
  if (typeof network === 'string') throw new Error(`model.json ${network}.`);
  if ('settings' in network) throw new Error(layerWords(network));
  return network;
}

/**
 * Puts an exported generator on tfjs's current backend.
 *
 * @param json what `model.json` holds
 * @param bytes what `weights.bin` holds
 * @param transposed how its transposed convolutions are computed
 * @throws Error in words for a visitor, when the files are not ours or a layer cannot be computed
 */
export function buildGenerator(
  json: unknown,
  bytes: ArrayBuffer,
  transposed: TransposedConvolution,
): Generator {
  const model = v.safeParse(layersModelSchema, json);
  if (!model.success) throw new Error('model.json is not in the tfjs Layers format that the sampler reads.');
  const weights = readWeights(model.output, bytes);
  const { inputSize, layers } = checked(readNetwork(model.output));
  const first = layers.find((layer) => layer.weights.kernel);
  const firstKernel = first && weights.get(`${first.name}/kernel`);
  const { shape = [] } = firstKernel ?? {};
  if (!firstKernel || inputSize !== (shape.length === 2 ? shape[0] : shape[3]))
    throw new Error(
      'The sampler reads generators that begin with a latent and a kernel for it, and this one does not.',
    );

  const tensors: Tensor[] = [];
  const hold = ({ values, shape }: Weight) => {
    const held = tensor(values, [...shape]);
    tensors.push(held);
    return held;
  };
  const steps: { readonly forward: Forward; readonly reads: readonly number[] }[] = layers.map((layer) => {
    // `readNetwork` has found every weight of the layer among those listed.
    const find = (name: string) => weights.get(`${layer.name}/${name}`) as Weight;
    return { forward: buildLayer(layer, { find, hold, transposed }), reads: layer.reads };
  });
  const largest = Math.max(...layers.map(({ output }) => sizeOf(output)));
  /** What the last layer makes of x, [count, inputSize]. */
  const run = (x: Tensor) => {
    const made: Tensor[] = [];
    for (const { forward, reads } of steps)
      made.push(forward(...(reads.length === 0 ? [x] : reads.map((place) => made[place] as Tensor))));
    return made.at(-1) ?? x;
  };
  return {
    inputSize,
    firstKernel,
    async draw(input, count) {
      if (largest * count > mostValues)
        throw new Error(
          `The sampler cannot compute this network: a layer makes ${largest * count} values, too many.`,
        );
      const output = tidy(() => run(tensor2d(input, [count, inputSize])));
      const values = await output.data<'float32'>();
      output.dispose();
      return values;
    },
    dispose() {
      for (const held of tensors) held.dispose();
    },
  };
}
