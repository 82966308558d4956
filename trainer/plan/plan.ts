import * as v from 'valibot';

// A compiled training as plain data: with a seed and digits it is all that a run's numbers follow from. Free of Node and
// of tfjs, so that a browser can play it.

const size = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const finite = v.pipe(v.number(), v.finite());
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const shape = v.pipe(v.array(size(1, 2 ** 24)), v.maxLength(8));
const tensor = v.strictObject({ name, shape });

/** A traced function as an ONNX model, with what a runtime needs to feed it and to keep its state. */
const program = v.strictObject({
  /** The model, as ONNX's protobuf. */
  bytes: v.custom<Uint8Array>((given) => given instanceof Uint8Array),
  step: v.strictObject({
    /** Every input; `fed` is its name in the model, which leaves out inputs that nothing reads. */
    inputs: v.array(v.strictObject({ ...tensor.entries, fed: v.optional(name) })),
    /** Each state slot's input and, where the program changes it, output. */
    state: v.array(v.strictObject({ name, input: tensor, output: v.optional(tensor) })),
    results: v.array(tensor),
  }),
});

/** How what is left of a number falls over the steps: see `shareAt`. */
const schedule = v.variant('curve', [
  v.strictObject({ curve: v.literal('cosine'), atEnd: v.pipe(finite, v.minValue(0), v.maxValue(1)) }),
  v.strictObject({ curve: v.literal('line') }),
]);

/** The constants of Adam (Kingma & Ba 2015, algorithm 1). */
const adam = v.strictObject({ beta1: finite, beta2: finite, epsilon: finite });

/** What feeds an input of the step, of this shape, at each step. */
const inputRule = v.variant('feed', [
  /** The next digits of the epoch's order, [batch, 28, 28, 1]: turned by degrees and moved by pixels, up to so many. */
  v.strictObject({
    feed: v.literal('digits'),
    shape,
    /** The values of paper and of ink. */
    range: v.tuple([finite, finite]),
    rotation: finite,
    shift: size(0, 27),
  }),
  /** Their classes as one-hot rows, [batch, classes]. */
  v.strictObject({ feed: v.literal('labels'), shape }),
  /** Standard normals, then the class as a one-hot vector: that of the digit in the same row, or a drawn one. */
  v.strictObject({
    feed: v.literal('latents'),
    shape,
    purpose: v.picklist(['latentD', 'latentG']),
    classes: size(0, 1000),
    told: v.picklist(['shown', 'drawn']),
  }),
  /** A learning rate with Adam's bias correction in it. */
  v.strictObject({ feed: v.literal('rate'), shape, rate: finite, schedule, adam }),
  /** Adam's ε, corrected alike. */
  v.strictObject({ feed: v.literal('damping'), shape, adam }),
  /** A number that may fall over the steps. */
  v.strictObject({ feed: v.literal('number'), shape, value: finite, schedule }),
  /** The decay of the averaged weights. */
  v.strictObject({ feed: v.literal('emaDecay'), shape, decay: finite }),
  /** A dropout mask: 0, or 1/(1 − rate). */
  v.strictObject({ feed: v.literal('mask'), shape, index: size(0, 2 ** 16), rate: finite }),
]);

const index = size(0, 2 ** 32 - 1);

/** What a slot of the state begins with; see `firstValues`. */
const firstValues = v.variant('begins', [
  v.strictObject({ begins: v.literal('constant'), value: finite }),
  /** From `low` up to `high`. */
  v.strictObject({ begins: v.literal('uniform'), index, low: finite, high: finite }),
  /** Truncated at two standard deviations, or not. */
  v.strictObject({
    begins: v.literal('normal'),
    index,
    mean: finite,
    deviation: finite,
    truncated: v.boolean(),
  }),
  /** As the slot of this name. */
  v.strictObject({ begins: v.literal('copy'), of: name }),
]);

const slot = v.strictObject({ name, shape, first: firstValues });

/** Every grid has ten rows of ten: a row for each digit where the GAN is told which. */
export const gridShape = { rows: 10, columns: 10 } as const;

export const planSchema = v.strictObject({
  format: v.literal(1),
  epochs: size(1, 10_000),
  /** Digits per step. */
  batch: size(1, 65_536),
  latentSize: size(1, 4096),
  /** 0, or the number of classes that both networks are told. */
  classes: size(0, 1000),
  /** What the generator draws paper and ink as. */
  range: v.tuple([finite, finite]),
  /** The shape of the grid in which a run shows what it draws. */
  grid: v.strictObject({ rows: size(1, 100), columns: size(1, 100) }),
  /** What feeds each input of the step, by name. */
  inputs: v.record(name, inputRule),
  /** Weights, Adam's sums and averages: what a step reads and leaves behind, and a checkpoint holds. */
  state: v.array(slot),
  /** What a step logs, each a scalar. */
  results: v.array(name),
  /** Each weight of the generator, by its name in the model: its slot, and that of the weight that is published for it. */
  generatorWeights: v.array(v.strictObject({ weight: name, raw: name, published: name })),
  programs: v.strictObject({
    /** One round of the game. */
    step: program,
    /** `input` [rows, latentSize + classes] → `image` [rows, 28, 28, 1]. */
    generator: program,
    /** `image` [rows, 28, 28, 1] and, where there are classes, `digit` [rows, classes] → `logit` [rows, 1]. */
    discriminator: program,
  }),
});

/** The same, not to be changed. */
type Frozen<T> = T extends Uint8Array ? T : { readonly [Key in keyof T]: Frozen<T[Key]> };

export type Plan = Frozen<v.InferOutput<typeof planSchema>>;
export type InputRule = Frozen<v.InferOutput<typeof inputRule>>;
export type FirstValues = Frozen<v.InferOutput<typeof firstValues>>;
export type InputRules = Plan['inputs'];
export type Schedule = Frozen<v.InferOutput<typeof schedule>>;
export type AdamConstants = Frozen<v.InferOutput<typeof adam>>;
