import * as v from 'valibot';

/**
 * What a layer is, once for all who ask: the trainer, which sums up a network and checks a generator before it builds it,
 * the drawings of networks, and the sampler, whose kernels (site/features/sampler/layers.ts) are typed by this table.
 * Plain data and rules, free of Node and of tfjs. Kinds are named by their tfjs Layers class.
 */

/** A shape without the batch. */
export type Shape = readonly number[];

/** Multiply-adds for one sample; what only adds, scales or moves values counts as none. */
type Macs = (kernel: Shape, input: Shape, output: Shape) => number;

/** What every kind says. */
export interface LayerKind {
  /** What it is, in words as short as a drawing has room for. */
  readonly words: string;
  /**
   * How it is drawn: as a block, as one in which ways meet, as a mark on the block before it, or as no more than the
   * shape that this block hands on.
   */
  readonly part: 'input' | 'block' | 'joint' | 'mark' | 'shape';
  /** A mark that it bears from the beginning. */
  readonly mark?: string;
  readonly macs?: Macs;
}

/** What a layer makes of its inputs. */
export interface Flow {
  readonly output: Shape;
  /** The shapes of its own weights, by name. */
  readonly weights?: Readonly<Record<string, Shape>>;
}

/** A kind that a generator may have. */
interface GeneratorKind<Settings> extends LayerKind {
  /** The settings that are read. Others are of no use where weights are loaded, such as initialisers. */
  readonly settings: v.GenericSchema<unknown, Settings>;
  /** Undefined where the layer does not fit its inputs, of which it has one unless it is a joint. */
  flow(settings: Settings, inputs: readonly [Shape, ...Shape[]]): Flow | undefined;
}

type Parsed<Entries extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Entries, undefined>>;

/** Has the rule of a kind know the settings by their schema. */
const kind = <Entries extends v.ObjectEntries>(
  entries: Entries,
  rest: Omit<GeneratorKind<Parsed<Entries>>, 'settings'>,
): GeneratorKind<Parsed<Entries>> => ({ settings: v.object(entries), ...rest });

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const size = whole(1, 1 << 16);
const pair = v.tuple([whole(1, 32), whole(1, 32)]);
/** More is no stride, but a mistake that takes a block of memory for each of its squares. */
const strides = v.tuple([whole(1, 16), whole(1, 16)]);
const edges = v.tuple([whole(0, 256), whole(0, 256)]);
const number = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const activation = v.optional(v.picklist(['linear', 'relu', 'tanh', 'sigmoid']), 'linear');
const data_format = v.optional(v.literal('channels_last'), 'channels_last');
const switchedOn = v.optional(v.boolean(), true);
const conv = {
  filters: size,
  kernel_size: pair,
  strides: v.optional(strides, [1, 1]),
  padding: v.picklist(['same', 'valid']),
  data_format,
  dilation_rate: v.optional(v.tuple([v.literal(1), v.literal(1)]), [1, 1]),
  activation,
  use_bias: switchedOn,
};
type Conv = Parsed<typeof conv>;

export const sizeOf = (shape: Shape) => shape.reduce((all, side) => all * side, 1);
const same = (_: unknown, [input]: readonly [Shape, ...Shape[]]): Flow => ({ output: input });
const withBias = (kernel: Shape, units: number, used: boolean) => ({
  kernel,
  ...(used && { bias: [units] }),
});

const perUnit: Macs = (kernel) => sizeOf(kernel);
/** Every output position is a product with the whole kernel. */
const perOutput: Macs = (kernel, _, output) => sizeOf(kernel) * sizeOf(output.slice(0, 2));
/** Every input position is. */
const perInput: Macs = (kernel, input) => sizeOf(kernel) * sizeOf(input.slice(0, 2));

/** A convolution of either direction: the length of each side by a rule, and the kernel's last two lengths. */
function convolved(
  { filters, kernel_size, strides, use_bias }: Conv,
  input: Shape,
  along: (side: number, kernel: number, stride: number) => number,
  channelsLast: boolean,
): Flow | undefined {
  const [height, width, channels] = input;
  if (height === undefined || width === undefined || channels === undefined || input.length > 3)
    return undefined;
  const sides = [along(height, kernel_size[0], strides[0]), along(width, kernel_size[1], strides[1])];
  const kernel = [...kernel_size, ...(channelsLast ? [filters, channels] : [channels, filters])];
  return { output: [...sides, filters], weights: withBias(kernel, filters, use_bias) };
}

/** The layers that a generator may have. */
export const generatorKinds = {
  InputLayer: kind({}, { words: 'input', part: 'input', flow: same }),

  Dense: kind(
    { units: size, activation, use_bias: switchedOn },
    {
      words: 'dense',
      part: 'block',
      macs: perUnit,
      flow({ units, use_bias }, [input]) {
        const [inputs] = input;
        if (input.length !== 1 || inputs === undefined) return undefined;
        return { output: [units], weights: withBias([inputs, units], units, use_bias) };
      },
    },
  ),

  Conv2D: kind(conv, {
    words: 'convolution',
    part: 'block',
    macs: perOutput,
    flow(settings, [input]) {
      const along = (side: number, kernel: number, stride: number) =>
        Math.ceil((settings.padding === 'same' ? side : side - kernel + 1) / stride);
      return convolved(settings, input, along, false);
    },
  }),

  Conv2DTranspose: kind(conv, {
    words: 'transposed conv.',
    part: 'block',
    macs: perInput,
    flow(settings, [input]) {
      const along = (side: number, kernel: number, stride: number) =>
        side * stride + (settings.padding === 'same' ? 0 : Math.max(kernel - stride, 0));
      return convolved(settings, input, along, true);
    },
  }),

  UpSampling2D: kind(
    { size: pair, interpolation: v.optional(v.literal('nearest'), 'nearest'), data_format },
    {
      words: 'upsampling',
      part: 'block',
      flow: ({ size: [down, across] }, [[height = 0, width = 0, channels = 0]]) => ({
        output: [height * down, width * across, channels],
      }),
    },
  ),

  Cropping2D: kind(
    { cropping: v.tuple([edges, edges]), data_format },
    {
      words: 'crop',
      part: 'mark',
      flow: ({ cropping: [[above, below], [left, right]] }, [[height = 0, width = 0, channels = 0]]) => ({
        output: [height - above - below, width - left - right, channels],
      }),
    },
  ),

  BatchNormalization: kind(
    {
      axis: v.picklist([-1, 3]),
      momentum: v.optional(v.number(), 0.99),
      epsilon: v.number(),
      center: switchedOn,
      scale: switchedOn,
    },
    {
      words: 'batch norm',
      part: 'mark',
      flow({ center, scale }, [input]) {
        const own = [input.at(-1) ?? 0];
        const moving = { moving_mean: own, moving_variance: own };
        return {
          output: input,
          weights: { ...moving, ...(center && { beta: own }), ...(scale && { gamma: own }) },
        };
      },
    },
  ),

  ReLU: kind({ max_value: v.optional(v.null(), null) }, { words: 'ReLU', part: 'mark', flow: same }),
  LeakyReLU: kind({ alpha: number(-10, 10) }, { words: 'leaky ReLU', part: 'mark', flow: same }),
  Activation: kind({ activation }, { words: 'activation', part: 'mark', flow: same }),
  /** Drops nothing outside of training. */
  Dropout: kind({ rate: number(0, 1) }, { words: 'dropout', part: 'mark', flow: same }),

  Reshape: kind(
    { target_shape: v.pipe(v.array(size), v.minLength(1), v.maxLength(4)) },
    {
      words: 'reshape',
      part: 'shape',
      flow: ({ target_shape: output }, [input]) =>
        sizeOf(output) === sizeOf(input) ? { output } : undefined,
    },
  ),
  Flatten: kind({}, { words: 'flatten', part: 'shape', flow: (_, [input]) => ({ output: [sizeOf(input)] }) }),

  Add: kind(
    {},
    {
      words: 'sum',
      part: 'joint',
      flow: (_, [first, ...others]) =>
        others.every((other) => String(other) === String(first)) ? { output: first } : undefined,
    },
  ),
  /** Along the channels, which are last. */
  Concatenate: kind(
    { axis: v.picklist([-1, 3]) },
    {
      words: 'joined',
      part: 'joint',
      flow(_, inputs) {
        const places = inputs[0].slice(0, -1);
        if (inputs.some((input) => String(input.slice(0, -1)) !== String(places))) return undefined;
        return { output: [...places, inputs.reduce((sum, input) => sum + (input.at(-1) ?? 0), 0)] };
      },
    },
  ),
};

export type GeneratorKindName = keyof typeof generatorKinds;
export type SettingsOf<Name extends GeneratorKindName> = v.InferOutput<
  (typeof generatorKinds)[Name]['settings']
>;

/** A generator's kind by its name, for who does not know which settings are its own. */
export function generatorKind(name: string): GeneratorKind<unknown> | undefined {
  const kinds: Readonly<Record<string, unknown>> = generatorKinds;
  return Object.hasOwn(kinds, name) ? (kinds[name] as GeneratorKind<unknown>) : undefined;
}

/** What only discriminators have. A layer under spectral normalisation is the plain one, with a mark. */
const otherKinds = {
  ZeroPadding2D: { words: 'padding', part: 'mark' },
  Multiply: { words: 'product', part: 'joint' },
  Dot: { words: 'dot product', part: 'joint', macs: (_, input) => sizeOf(input) },
  // The spectral norm is worked out once a step, not for each sample.
  SpectralDense: { words: 'dense', part: 'block', mark: 'spectral norm', macs: perUnit },
  SpectralConv2D: { words: 'convolution', part: 'block', mark: 'spectral norm', macs: perOutput },
} as const satisfies Readonly<Record<string, LayerKind>>;

/** Every kind that a network here may have, and undefined for what nobody foresaw. */
export function layerKind(name: string): LayerKind | undefined {
  return (
    generatorKind(name) ??
    (Object.hasOwn(otherKinds, name) ? otherKinds[name as keyof typeof otherKinds] : undefined)
  );
}
