import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import { type Trace, trace } from '../compile/trace.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import type { Forward } from '../plan/draw.ts';
import type { Gan } from './game.ts';
import { maskShapes } from './judge.ts';
import { variablesOf } from './trainable.ts';

/**
 * Digits of one draw where many are drawn. What a draw holds in memory grows with them, by 400 MB from here to 500 for
 * `conditional` and by 3 GB for `upsample-cnn`, and more digits a draw are not drawn any faster.
 */
export const drawnAtOnce = 50;

/** Names a model's variables as its exported weights are. */
const namesIn = (model: LayersModel) => {
  const names = new Map([...variablesOf(model)].map(([name, variable]) => [variable, name]));
  return { nameOf: (variable: { readonly name: string }) => names.get(variable as never) ?? variable.name };
};

/**
 * A generator's forward pass, with moving statistics, as every reader of the exported model uses them:
 * `input` [rows, latentSize + classes] → `image` [rows, 28, 28, 1].
 */
export function traceGenerator(generator: LayersModel, rows: number): Trace {
  const width = generator.inputs[0]!.shape[1]!;
  return trace(
    ({ input }) => ({ image: generator.apply(input as Tensor, { training: false }) as Tensor }),
    { input: [rows, width] },
    namesIn(generator),
  );
}

/**
 * A discriminator's forward pass, with moving statistics and nothing dropped:
 * `image` [rows, 28, 28, 1] and, where it is told classes, `digit` [rows, classes] → `logit` [rows, 1].
 */
export function traceDiscriminator(gan: Gan, rows: number): Trace {
  const { discriminator, recipe } = gan;
  const kept = maskShapes(gan).map(([, ...shape]) => [rows, ...shape]);
  const shapes: Record<string, readonly number[]> = { image: [rows, 28, 28, 1] };
  if (recipe.classes > 0) shapes.digit = [rows, recipe.classes];
  return trace(
    ({ image, digit }) => {
      const given = [image!, ...(digit ? [digit] : []), ...kept.map((shape) => tf.ones(shape))];
      const logit = discriminator.apply(given.length === 1 ? given[0]! : given, { training: false });
      return { logit: logit as Tensor };
    },
    shapes,
    namesIn(discriminator),
  );
}

/** A generator that draws digits on an engine. */
export interface Sampler extends Forward {
  /** Takes over weights, by their names in the model. */
  load(weights: Tensors): Promise<void>;
  dispose(): Promise<void>;
}

/** Loads a generator's traced forward pass, with the weights that it was traced with. */
export async function loadSampler(engine: Engine, traced: Trace): Promise<Sampler> {
  const { graph } = traced;
  const [batch, width] = graph.values[graph.inputs[0]!.value]!.shape as [number, number];
  const program = await engine.load(graph, traced.initialState());
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

/** Compiles a generator's forward pass for draws of up to `batch` digits. */
export const createSampler = (engine: Engine, generator: LayersModel, batch = drawnAtOnce) =>
  loadSampler(engine, traceGenerator(generator, batch));
