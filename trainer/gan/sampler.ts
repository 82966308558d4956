import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { trace } from '../compile/trace.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { variablesOf } from './gan.ts';

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
  const variables = variablesOf(generator);
  const names = new Map([...variables].map(([name, variable]) => [variable, name]));
  const { graph } = trace(
    ({ input }) => ({ image: generator.apply(input as Tensor, { training: false }) as Tensor }),
    { input: [batch, width] },
    { nameOf: (variable) => names.get(variable) ?? variable.name },
  );
  const weights = [...variables].map(([name, v]) => [name, Float32Array.from(v.dataSync())] as const);
  const program = await engine.load(graph, Object.fromEntries(weights));
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
