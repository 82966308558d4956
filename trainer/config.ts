import { z } from 'zod';

/**
 * Where a run's value comes from: the description of a public project that the recipe follows, that project itself, our
 * judgement, our measuring, or the user.
 */
export const originSchema = z.enum(['stated', 'source', 'assumed', 'tuned', 'chosen']);
export type Origin = z.infer<typeof originSchema>;

export const outputActivations = ['tanh', 'sigmoid', 'relu'] as const;

/** One field of the configuration: its values, what it means, and what it is where nobody says otherwise. */
interface Field<Schema extends z.ZodType> {
  /** Its description is the help text of the field's flag, and its meaning on the site. */
  readonly schema: Schema;
  /** Our judgement, of the origin `assumed`. Recipes state what differs. */
  readonly default: z.output<Schema>;
  /** Why it is the default. */
  readonly reason: string;
  /** For a field that is newer than the first runs: what they did without it. */
  readonly before?: z.output<Schema>;
  /** Whether a resumed run may be given it anew: how far and where it runs, not what it computes. */
  readonly resumable?: true;
}

const field = <Schema extends z.ZodType>(
  schema: Schema,
  rest: Omit<Field<Schema>, 'schema'>,
): Field<Schema> => ({ schema, ...rest });

const rate = z.number().positive().max(1);
const fraction = z.number().min(0).max(0.999999);
const share = z.number().positive().max(1);
const natural = z.int().min(0);

/** Where a run computes, on what and from which seed: no recipe has a say in these. */
const runFields = {
  recipe: field(z.string().min(1).describe('the GAN to train (see --list)'), {
    default: 'conditional',
    reason: 'writes the digit that it is told to, after minutes on two cores',
  }),
  seed: field(
    z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .describe('everything random follows from this number'),
    { default: 1, reason: 'any is as good' },
  ),
  engine: field(
    z
      .string()
      .min(1)
      .max(64)
      .describe('where the training step runs; auto takes the fastest that works here'),
    { default: 'auto', reason: 'machines differ', resumable: true },
  ),
  threads: field(natural.max(1024).describe('CPU threads of the engine; 0 takes one per physical core'), {
    default: 0,
    reason: 'two threads on a core compute no faster than one',
    resumable: true,
  }),
  limit: field(natural.describe('train on the first N digits only; 0 takes all'), {
    default: 0,
    reason: 'more digits, more ways to write them',
  }),
};

/** How long it computes, and how often it shows itself. */
const lengthFields = {
  epochs: field(z.int().min(1).max(10_000).describe('passes over the training digits'), {
    default: 10,
    reason: 'about ten minutes on two cores',
    resumable: true,
  }),
  publishEvery: field(
    z.int().min(1).describe('epochs between published grids; the first and last are always published'),
    { default: 1, reason: 'one grid an epoch', resumable: true },
  ),
  modelEvery: field(
    z.int().min(1).describe('epochs between published generators; the first and last are always published'),
    { default: 1, reason: 'a small generator is .6 to .8 megabytes', resumable: true },
  ),
  scoreEvery: field(
    natural.describe(
      'epochs between scored ones, the last always being one; 0 scores none, else 2,000 training digits are held out to score by',
    ),
    {
      default: 1,
      reason: 'a score takes a second or two, an epoch most of a minute',
      before: 0,
      resumable: true,
    },
  ),
};

/**
 * What it computes: networks and game. The defaults are those of a small GAN, good after minutes on two cores, with
 * nothing added to its game.
 */
const gameFields = {
  batch: field(z.int().min(2).max(65_536).describe('real digits per step'), {
    default: 32,
    reason: "the default recipe's, so that recipes compare",
  }),
  latentSize: field(z.int().min(1).max(4096).describe('length of the latent vector z'), {
    default: 32,
    reason: "the default recipe's, so that recipes compare",
  }),
  learningRateG: field(rate.describe("Adam's step size for the generator"), {
    default: 1e-3,
    reason: 'five times that of Miyato et al. 2018 and of Huang et al. 2024, for few steps',
  }),
  learningRateD: field(rate.describe("Adam's step size for the discriminator"), {
    default: 1e-3,
    reason: "the generator's",
  }),
  beta1: field(fraction.describe("Adam's decay of the mean gradient"), {
    default: 0,
    reason: 'no momentum: it feeds the oscillation of the game (Mescheder et al. 2018)',
  }),
  beta2: field(fraction.describe("Adam's decay of the mean squared gradient"), {
    default: 0.99,
    reason: 'the second moment of a moving game must forget sooner than .999 does',
  }),
  epsilon: field(z.number().positive().max(1).describe("Adam's term against division by zero"), {
    default: 1e-8,
    reason: "Adam's default",
  }),
  emaDecay: field(
    fraction.describe('decay per step of the averaged generator that is published; 0 publishes the raw one'),
    { default: 0, reason: 'the generator is shown as it is, unless a recipe averages it' },
  ),
  lossScaleD: field(
    z.number().positive().max(100).describe("factor on the discriminator's loss; .5 halves it"),
    { default: 1, reason: 'the losses on real and fake digits are added' },
  ),
  gradientPenalty: field(
    z
      .number()
      .min(0)
      .max(1000)
      .describe("weight γ of the penalty on the discriminator's gradient by its input; 0 is none"),
    { default: 0, reason: 'the plain loss has none', before: 0 },
  ),
  penaltyAtEnd: field(
    share.describe('share of the gradient penalty that is left at the last step, falling along a cosine'),
    { default: 1, reason: 'as strong at the end, where there is one', before: 1 },
  ),
  penaltyBatch: field(
    natural
      .max(65_536)
      .describe('digits of a batch that the gradient penalty looks at, at most; 0 takes all'),
    { default: 0, reason: 'the penalty is defined over all, where there is one', before: 0 },
  ),
  rateAtEnd: field(
    share.describe('share of the learning rates that is left at the last step, falling along a cosine'),
    { default: 1, reason: 'constant rates are the plain case', before: 1 },
  ),
  dropout: field(fraction.describe("share of the discriminator's activations dropped; 0 is none"), {
    default: 0,
    reason: 'not needed for a short run',
  }),
  rotation: field(
    z
      .number()
      .min(0)
      .max(180)
      .describe('real digits are turned by up to this many degrees, either way; 0 is off'),
    { default: 0, reason: 'digits stand upright' },
  ),
  outputActivation: field(
    z.enum(outputActivations).describe("the generator's last activation; the data's range follows from it"),
    { default: 'tanh', reason: 'smooth at both ends of the range' },
  ),
};

/**
 * Everything that decides what a run computes, flat. Each field is also a flag of `npm run train` (`learningRateG` is
 * `--learning-rate-g`), a name in the file that `--config` takes, a value in a run's record and a row on the site; all
 * of these follow from its entry here.
 */
const fields = { ...runFields, ...lengthFields, ...gameFields };

type Fields = typeof fields;
export type ConfigField = keyof Fields;
export type RunField = keyof typeof runFields;
export const configFields = Object.keys(fields) as ConfigField[];
export const isRunField = (name: ConfigField): name is RunField => Object.hasOwn(runFields, name);
/** Whether a resumed run may be given a field anew. */
export const isResumable = (name: ConfigField): boolean => fields[name].resumable === true;

type Table = Readonly<Record<string, Field<z.ZodType>>>;
type Shape<Of extends Table> = { [Name in keyof Of]: Of[Name]['schema'] };

/** What a function makes of each field of a table, by the same names. */
const mapFields = <Value>(table: Table, of: (entry: Field<z.ZodType>) => Value) =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, of(entry)]));

export const configSchema = z.strictObject(mapFields(fields, ({ schema }) => schema) as Shape<Fields>);
export type Config = z.infer<typeof configSchema>;

/** The part of a configuration that decides what is learned, wherever and however long that is done. */
export const gameSchema = z.strictObject(
  mapFields(gameFields, ({ schema }) => schema) as Shape<typeof gameFields>,
);

/** As it stands in files, those of earlier versions too: their runs did without the fields that are newer. */
export const recordedConfigSchema = z.strictObject(
  mapFields(fields, ({ schema, before }) =>
    before === undefined ? schema : schema.default(before),
  ) as Shape<Fields>,
);

/** What a run is that nobody configures, apart from what its recipe states. */
export const defaults = mapFields(fields, (entry) => entry.default) as Config;
