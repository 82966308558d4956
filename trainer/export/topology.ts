import * as v from 'valibot';
import { digitSide } from '../data/idx-format.ts';
import { type LayersModelJson, type WeightEntry, weightBytes } from './layers-format.ts';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1 << 16));
const small = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(32));
const pair = v.tuple([small, small]);
const margin = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(256));
const margins = v.tuple([v.tuple([margin, margin]), v.tuple([margin, margin])]);
const activation = v.optional(v.picklist(['linear', 'relu', 'tanh', 'sigmoid']), 'linear');
const channelsLast = v.optional(v.literal('channels_last'), 'channels_last');
const switchedOn = v.optional(v.boolean(), true);
const name = v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/));
const inputShape = v.optional(v.tuple([v.null(), size]));

/** What every layer has. Unknown settings are left out: initialisers, for one, are of no use where weights are loaded. */
const base = { name, batch_input_shape: inputShape };
const conv = {
  ...base,
  filters: size,
  kernel_size: pair,
  strides: v.optional(pair, [1, 1]),
  padding: v.picklist(['same', 'valid']),
  data_format: channelsLast,
  activation,
  use_bias: switchedOn,
};

/** A shape without the batch. */
type Shape = readonly number[];

interface Flow {
  readonly output: Shape;
  /** The shapes of the layer's own weights, by name. */
  readonly weights?: Readonly<Record<string, Shape>>;
  /** Multiply-adds for one sample. */
  readonly macs?: number;
}

/** A layer that a generator may have: the settings that are read, and what they do to a shape. */
interface LayerRule<Config> {
  readonly schema: v.GenericSchema<unknown, Config>;
  flow(config: Config, input: Shape): Flow | undefined;
}

const rule = <Config>(
  schema: v.GenericSchema<unknown, Config>,
  flow: (config: Config, input: Shape) => Flow | undefined,
): LayerRule<unknown> => ({ schema, flow }) as LayerRule<unknown>;

const product = (shape: Shape) => shape.reduce((all, side) => all * side, 1);
const unchanged = (_: unknown, input: Shape): Flow => ({ output: input });
const biasOf = (used: boolean, channels: number) => (used ? { bias: [channels] } : {});

/** The layers that a generator may have, those of the sampler on the site: by their tfjs Layers class. */
const rules: Readonly<Record<string, LayerRule<unknown>>> = {
  InputLayer: rule(v.object(base), unchanged),
  Dropout: rule(v.object({ ...base, rate: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }), unchanged),
  Activation: rule(v.object({ ...base, activation }), unchanged),
  ReLU: rule(v.object({ ...base, max_value: v.optional(v.null(), null) }), unchanged),
  LeakyReLU: rule(
    v.object({ ...base, alpha: v.pipe(v.number(), v.minValue(-10), v.maxValue(10)) }),
    unchanged,
  ),
  Flatten: rule(v.object(base), (_, input) => ({ output: [product(input)] })),

  Reshape: rule(
    v.object({ ...base, target_shape: v.pipe(v.array(size), v.minLength(1), v.maxLength(4)) }),
    ({ target_shape: output }, input) => (product(output) === product(input) ? { output } : undefined),
  ),

  Dense: rule(
    v.object({ ...base, units: size, activation, use_bias: switchedOn }),
    ({ units, use_bias }, input) => {
      const [inputs] = input;
      if (input.length !== 1 || inputs === undefined) return undefined;
      const weights = { kernel: [inputs, units], ...biasOf(use_bias, units) };
      return { output: [units], weights, macs: inputs * units };
    },
  ),

  BatchNormalization: rule(
    v.object({
      ...base,
      axis: v.picklist([-1, 3]),
      momentum: v.optional(v.number(), 0.99),
      epsilon: v.number(),
      center: switchedOn,
      scale: switchedOn,
    }),
    ({ center, scale }, input) => {
      const own = [input.at(-1) ?? 0];
      const weights = {
        moving_mean: own,
        moving_variance: own,
        ...(center && { beta: own }),
        ...(scale && { gamma: own }),
      };
      return { output: input, weights };
    },
  ),

  Conv2D: rule(v.object(conv), ({ filters, kernel_size, strides, padding, use_bias }, input) => {
    const [, , channels] = input;
    if (input.length !== 3 || channels === undefined) return undefined;
    const sides = [0, 1].map((i) => {
      const [side = 0, kernel = 0, stride = 1] = [input[i], kernel_size[i], strides[i]];
      return Math.ceil((padding === 'same' ? side : side - kernel + 1) / stride);
    });
    const kernel = [...kernel_size, channels, filters];
    return {
      output: [...sides, filters],
      weights: { kernel, ...biasOf(use_bias, filters) },
      macs: product(sides) * product(kernel),
    };
  }),

  Conv2DTranspose: rule(v.object(conv), ({ filters, kernel_size, strides, padding, use_bias }, input) => {
    const [height = 0, width = 0, channels] = input;
    if (input.length !== 3 || channels === undefined) return undefined;
    const sides = [0, 1].map((i) => {
      const [side = 0, kernel = 0, stride = 1] = [input[i], kernel_size[i], strides[i]];
      return padding === 'same' ? side * stride : side * stride + Math.max(kernel - stride, 0);
    });
    const kernel = [...kernel_size, filters, channels];
    return {
      output: [...sides, filters],
      weights: { kernel, ...biasOf(use_bias, filters) },
      macs: height * width * product(kernel),
    };
  }),

  UpSampling2D: rule(
    v.object({
      ...base,
      size: pair,
      interpolation: v.optional(v.literal('nearest'), 'nearest'),
      data_format: channelsLast,
    }),
    ({ size: [down, across] }, [height = 0, width = 0, channels = 0]) => ({
      output: [height * down, width * across, channels],
    }),
  ),

  Cropping2D: rule(
    v.object({ ...base, cropping: margins, data_format: channelsLast }),
    ({ cropping: [[above, below], [left, right]] }, [height = 0, width = 0, channels = 0]) => ({
      output: [height - above - below, width - left - right, channels],
    }),
  ),
};

const topologySchema = v.object({
  class_name: v.literal('Sequential'),
  config: v.object({
    name: v.optional(name, 'generator'),
    layers: v.pipe(
      v.array(v.object({ class_name: v.string(), config: v.looseObject({ name }) })),
      v.minLength(1),
      v.maxLength(100),
    ),
  }),
});

/** Values of one layer for one digit, and multiply-adds of all: five times those of the largest recipe and more. */
const most = { values: 1 << 19, macs: 4e9 } as const;

/** A generator's layers, checked, with the settings that are read of them and no others. */
export interface GeneratorTopology {
  /** Length of its input: the latent, and the class where there is one. */
  readonly inputSize: number;
  /** As `model.json` has it, without initialisers and what else a reader has no use for. */
  readonly topology: Record<string, unknown>;
}

/**
 * Checks a generator before a library builds it: its layers are those that generators have, they fit one another and
 * the weights listed, what they hold is bounded, and a digit comes out. So nothing is made of a model.json that claims
 * a billion units.
 *
 * @returns what is wrong, as the rest of a sentence about `model.json`, in place of the topology
 */
export function readTopology({
  modelTopology,
  weightsManifest,
}: LayersModelJson): GeneratorTopology | string {
  const parsed = v.safeParse(topologySchema, modelTopology);
  if (!parsed.success) return 'is not a Sequential network of at most 100 layers';
  const { config } = parsed.output;
  const listed = new Map(weightsManifest[0].weights.map((entry) => [entry.name, entry]));
  if (listed.size < weightsManifest[0].weights.length) return 'lists two weights of one name';
  const wanted = new Map<string, Shape>();
  const layers: unknown[] = [];
  let shape: Shape | undefined;
  let inputSize = 0;
  let macs = 0;
  for (const { class_name, config: given } of config.layers) {
    const known = Object.hasOwn(rules, class_name) ? rules[class_name] : undefined;
    if (!known) return `has a layer that no generator has, a ${class_name.slice(0, 50)}`;
    const settings = v.safeParse(known.schema, given);
    const unfitting = `has settings of the layer ${given.name} that it cannot have`;
    if (!settings.success) return unfitting;
    const own = settings.output as { readonly batch_input_shape?: readonly [null, number] };
    if (shape === undefined) {
      inputSize = own.batch_input_shape?.[1] ?? 0;
      if (inputSize === 0) return 'does not say how long its input is';
    }
    const flow = known.flow(own, shape ?? [inputSize]);
    if (!flow || flow.output.some((side) => !(side > 0)) || product(flow.output) > most.values)
      return unfitting;
    for (const [weight, of] of Object.entries(flow.weights ?? {})) wanted.set(`${given.name}/${weight}`, of);
    macs += flow.macs ?? 0;
    shape = flow.output;
    layers.push({
      class_name,
      config: { ...own, ...(flow.weights?.kernel && { kernel_initializer: 'zeros' }) },
    });
  }
  const unfit = [...wanted].find(([weight, of]) => !isOfShape(listed.get(weight), of))?.[0];
  if (unfit !== undefined) return `lists no weight ${unfit} of the shape that its layer has`;
  if (listed.size !== wanted.size) return 'lists weights that no layer of it has';
  if (macs > most.macs) return 'takes more to draw a digit than any generator';
  if (shape?.join() !== `${digitSide},${digitSide},1`)
    return `draws [${shape?.join(', ')}] where a digit is [${digitSide}, ${digitSide}, 1]`;
  return { inputSize, topology: { class_name: 'Sequential', config: { name: config.name, layers } } };
}

const isOfShape = (entry: WeightEntry | undefined, shape: Shape) =>
  entry !== undefined && weightBytes(entry) > 0 && entry.shape.join() === shape.join();
