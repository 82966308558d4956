import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { trace } from '../compile/trace.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { outputRange, toBytes } from '../export/pixels.ts';
import { generatorInput } from '../random/latents.ts';
import { type Gan, variablesOf } from './gan.ts';

/**
 * Digits of one draw where many are drawn. What a draw holds in memory grows with them, by 400 MB from here to 500 for
 * `conditional` and by 3 GB for `upsample-cnn`, and more digits a draw are not drawn any faster.
 */
export const drawnAtOnce = 50;

/** Draws digits with a generator that runs compiled, batch by batch. */
export interface Sampler {
  /** Digits of one draw. */
  readonly batch: number;
  /** Takes over weights, by their names in the model. */
  load(weights: Tensors): Promise<void>;
  /**
   * @param inputs [n, latentSize + classes], n at most `batch`
   * @returns images [n, 28, 28] in the generator's range
   */
  draw(inputs: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Compiles a generator's forward pass, with moving statistics, as every reader of the exported model uses them. */
export async function createSampler(
  engine: Engine,
  generator: LayersModel,
  { batch }: { readonly batch: number },
): Promise<Sampler> {
  const width = generator.inputs[0]!.shape[1]!;
  const names = new Map([...variablesOf(generator)].map(([name, variable]) => [variable, name]));
  const { graph, initialState } = trace(
    ({ input }) => ({ image: generator.apply(input as Tensor, { training: false }) as Tensor }),
    { input: [batch, width] },
    { nameOf: (variable) => names.get(variable) ?? variable.name },
  );
  const program = await engine.load(graph, initialState());
  return {
    batch,
    load: (given) => program.write(given),
    async draw(inputs) {
      const count = inputs.length / width;
      if (!Number.isInteger(count) || count > batch)
        throw new RangeError(`${inputs.length} numbers are not up to ${batch} inputs of ${width}`);
      const full = new Float32Array(batch * width);
      full.set(inputs);
      const { image } = await program.run({ input: full });
      return image!.subarray(0, count * 784);
    },
    dispose: () => program.dispose(),
  };
}

/**
 * Digits 0, 1, … of a run's own seed, by the weights that were loaded last.
 *
 * @returns [count, 28, 28], 0 is paper and 255 is ink
 */
export async function drawSamples(
  sampler: Sampler,
  { recipe: { classes }, config }: Pick<Gan, 'recipe' | 'config'>,
  count: number,
): Promise<Uint8Array> {
  const { seed, latentSize, outputActivation } = config;
  const range = outputRange(outputActivation);
  const images = new Uint8Array(count * digitPixels);
  for (let first = 0; first < count; first += sampler.batch) {
    const latents = { seed, first, count: Math.min(sampler.batch, count - first), latentSize, classes };
    images.set(toBytes(await sampler.draw(generatorInput(latents)), range), first * digitPixels);
  }
  return images;
}
