import { type Tensor, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import {
  type LayersModelJson,
  layersModelSchema,
  readWeights,
  type Weight,
} from '../../../trainer/export/layers-format.ts';
import { buildLayer, type LayerParts } from './layers.ts';
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

const whole = v.pipe(v.number(), v.integer());

const topologySchema = v.object({
  class_name: v.literal('Sequential'),
  config: v.object({
    layers: v.array(
      v.object({
        class_name: v.string(),
        config: v.looseObject({
          name: v.string(),
          batch_input_shape: v.optional(v.tuple([v.null(), whole])),
        }),
      }),
    ),
  }),
});

function parseTopology({ modelTopology }: LayersModelJson) {
  const parsed = v.safeParse(topologySchema, modelTopology);
  if (parsed.success) return parsed.output.config.layers;
  const { class_name: kind } = modelTopology;
  if (typeof kind === 'string' && kind !== 'Sequential')
    throw new Error(`The sampler reads Sequential networks, and this one is a ${kind}.`);
  throw new Error('model.json lists the layers of its network in a way that the sampler does not read.');
}

/** What tfjs says of shapes that do not fit, as a sentence of ours. */
function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The sampler cannot compute this network: ${reason}`);
  }
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
  const layers = parseTopology(model.output);
  const weights = readWeights(model.output, bytes);
  const inputSize = layers[0]?.config.batch_input_shape?.[1];
  const firstKernel = [...weights].find(([name]) => name.endsWith('/kernel'))?.[1];
  const { shape = [] } = firstKernel ?? {};
  const kernelInputs = shape.length === 2 ? shape[0] : shape[3];
  // The size in the JSON is but a number; the kernel's is backed by as many bytes.
  if (inputSize === undefined || firstKernel === undefined || inputSize < 1 || inputSize !== kernelInputs)
    throw new Error(
      'The sampler reads generators that begin with a latent and a kernel for it, and this one does not.',
    );

  const tensors: Tensor[] = [];
  const dispose = () => {
    for (const held of tensors) held.dispose();
  };
  const partsOf = (layer: string): LayerParts => ({
    find(name) {
      const weight = weights.get(`${layer}/${name}`);
      if (weight) return weight;
      throw new Error(`weights.bin lacks the ${name} of the layer ${layer}.`);
    },
    hold({ values, shape }) {
      const held = tensor(values, [...shape]);
      tensors.push(held);
      return held;
    },
    transposed,
  });
  try {
    const steps = layers.map(({ class_name: kind, config }) =>
      buildLayer(kind, config.name, config, partsOf(config.name)),
    );
    const forward = (x: Tensor) => steps.reduce((before, step) => step(before), x);
    return {
      inputSize,
      firstKernel,
      async draw(input, count) {
        const output = inWords(() => tidy(() => forward(tensor2d(input, [count, inputSize])))); // [count, 28, 28, 1]
        const values = await output.data<'float32'>();
        output.dispose();
        return values;
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
