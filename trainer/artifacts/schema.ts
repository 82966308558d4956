import { z } from 'zod';
import { originSchema, recordedConfigSchema } from '../config.ts';
import { digitSide } from '../data/idx-format.ts';
import { oneLine } from '../errors.ts';
import { type Column, epochColumns, isOptional, type OptionalColumn, stepColumns } from './columns.ts';

const kiB = 1024;
const miB = 1024 * kiB;

/**
 * What a run may have at most, and a file or a number beyond it is none of Inkling's: a run that comes from somewhere
 * else takes neither the memory nor the time of who reads it. Each is above what the longest training of the
 * largest network that the flags of `train` allow would write.
 */
export const limits = {
  /** Bytes of a file; larger ones are not read. */
  bytes: {
    'run.json': 32 * miB,
    'history.json': 32 * miB,
    /** Grids and the picture of an evaluation. */
    png: 16 * miB,
    'model.json': miB,
    'weights.bin': 256 * miB,
    /** A checkpoint. */
    safetensors: 1024 * miB,
    /** The two files of an earlier checkpoint. */
    'state.json': 4 * miB,
    bin: 1024 * miB,
  },
  /** Characters of a name, such as that of a layer or a device, and of a message. */
  named: 300,
  said: 2000,
  /** Epochs of a run: what `train` takes at most, and the untrained one. */
  epochs: 10_001,
  /** Files that a record lists: five of each epoch, and three of the run. */
  files: 5 * 10_001 + 3,
  /** Steps of the thinned series. */
  steps: 10_000,
  /** Rows and columns of a grid, and digits of a picture's row. */
  side: 100,
  /** Classes that a generator is told, each a byte of a label. */
  classes: 256,
  /** Layers of a network, and dimensions of a shape. */
  layers: 1000,
  dimensions: 8,
  /** Entries of a table by name: metrics, versions, origins. */
  entries: 100,
  /** Tensors of a checkpoint, and bytes of the header that names them. */
  tensors: 10_000,
  header: 4 * miB,
  /** Size of a loss, a gradient or a score: charts compute with it, squares too. */
  measured: 1e100,
} as const;

/** Bytes that a file of this name may have at most; one of another name as many as the largest. */
export function mostBytesOf(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const known = Object.entries(limits.bytes).find(
    ([ending]) => name === ending || name.endsWith(`.${ending}`),
  );
  return known?.[1] ?? limits.bytes.bin;
}

/** The picture of an evaluation: samples above the training digits that they are most like. */
export const nearestPath = 'nearest.png';

/** Where an epoch's files lie inside the run: `epochs/0007.png`, `models/0007/model.json`. */
export function epochPaths(epoch: number) {
  const number = String(epoch).padStart(4, '0');
  return {
    grid: `epochs/${number}.png`,
    rawGrid: `epochs/${number}-raw.png`,
    model: `models/${number}/model.json`,
    weights: `models/${number}/weights.bin`,
  };
}

/** The files that are not an epoch's. */
const single: ReadonlySet<string> = new Set(['history.json', 'reals.png', nearestPath]);

/**
 * Whether a run's record may list this path: only what Inkling writes there is read or published, so that no run
 * brings pages, scripts or a server's settings along.
 */
export function isRunPath(path: string): boolean {
  if (single.has(path)) return true;
  const [, number] = /^(?:epochs|models)\/(\d{4,6})\b/.exec(path) ?? [];
  return number !== undefined && Object.values(epochPaths(Number(number))).includes(path);
}

/**
 * The contract between the trainer, which writes these files, and the site, which reads them.
 * A change that an older reader would misread raises the version; an unknown version is an error.
 */
export const schemaVersion = 1;

const version = z.literal(schemaVersion);
const count = z.int().min(0);
/** Text that people read, on one line. */
const text = (most: number = limits.named) => z.string().max(most).overwrite(oneLine);
const seconds = z.number().min(0).max(1e10);
const measured = z.number().min(-limits.measured).max(limits.measured);
const epochNumber = count.max(limits.epochs - 1);
const seed = count.max(2 ** 32 - 1);

/** A table by name, of so many entries at most. */
function table<Value extends z.ZodType>(value: Value) {
  return z
    .record(z.string().max(limits.named), value)
    .refine((entries) => Object.keys(entries).length <= limits.entries, 'has too many entries');
}

/** In order, and none twice. */
const isRising = (epochs: readonly { readonly epoch: number }[]) =>
  epochs.every(({ epoch }, i) => i === 0 || epoch > (epochs[i - 1]?.epoch ?? 0));
const rising = 'must be in the order of their epochs, none of them twice';
const runPath = z
  .string()
  .refine(isRunPath, 'must be the path of a file that Inkling writes, such as epochs/0001.png');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const timestamp = z.iso.datetime();

/** A run's name is a folder name, a part of URLs and a flag: lower case letters, digits, dots and dashes. */
export const runNameSchema = z
  .string()
  .max(64, 'must have at most 64 characters')
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'must be lower case letters, digits, dots and dashes')
  // Earlier versions kept a list of the runs beside them.
  .refine((name) => name !== 'index.json', 'must not be that of the list of runs')
  .refine(
    (name) => !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/.test(name),
    'must not be a device of Windows',
  );

const statuses = ['running', 'finished', 'stopped', 'diverged'] as const;

const layerSchema = z.strictObject({
  name: text(),
  type: text().describe('the tfjs Layers class, such as Conv2DTranspose'),
  /** Names of the layers that it reads; earlier versions did not say. One that reads none is given an input. */
  inputs: z.array(text()).max(limits.layers).optional(),
  output: z.array(count).max(limits.dimensions).describe('shape of the output without the batch'),
  parameters: count,
  /** Multiply-adds for one sample. */
  macs: count,
});
export type LayerSummary = z.infer<typeof layerSchema>;

/** Names of layers before it. */
function readsOnlyEarlier(layers: readonly z.infer<typeof layerSchema>[]): boolean {
  const before = new Set<string>();
  return layers.every(({ name, inputs = [] }) => {
    const fits = inputs.every((input) => before.has(input));
    before.add(name);
    return fits;
  });
}

const networkSchema = z.strictObject({
  layers: z
    .array(layerSchema)
    .max(limits.layers)
    .refine(readsOnlyEarlier, 'must list each layer after those that it reads'),
  parameters: count,
  macs: count,
});
export type NetworkSummary = z.infer<typeof networkSchema>;

const evaluationSchema = z.strictObject({
  /** The epoch whose published generator was scored, and how many digits it drew. */
  epoch: epochNumber,
  samples: count,
  /** How many of them the classifier takes for each digit, 0 to 9. */
  histogram: z.array(count).max(limits.classes),
  /**
   * Of the samples that the classifier takes for each digit the one that is most like a training digit; in earlier
   * versions the twelve that are so of all samples. `picture` is a
   * PNG of 28 × 28 cells: samples in the first row, below each the training digit.
   */
  pairs: z.strictObject({
    picture: z.literal(nearestPath),
    pairs: z
      .array(
        z.strictObject({
          /** Sample index of the grid's seed. */
          index: count,
          /** What the classifier takes it for; not said by earlier versions. */
          looksLike: z.int().min(0).max(9).optional(),
          /** Place in the training set's files. */
          digit: count,
          /** Pixel distance, ink being 1. */
          distance: measured.min(0),
        }),
      )
      .max(limits.side),
  }),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

function publishesItsOwn(published: {
  epoch: number;
  grid: string;
  rawGrid?: string | undefined;
  model: string | null;
}): boolean {
  const paths = epochPaths(published.epoch);
  return (
    published.grid === paths.grid &&
    [undefined, paths.rawGrid].includes(published.rawGrid) &&
    [null, paths.model].includes(published.model)
  );
}

/**
 * The record of a run. Its files are written before it, so it lists only what is whole. `history.json` alone
 * may be newer than its entry, and only while the status is `running`.
 */
export const runSchema = z.strictObject({
  schemaVersion: version,
  name: runNameSchema,
  recipe: text(),
  status: z.enum(statuses),
  /** One sentence for people: why the run stopped or diverged and what to try. */
  message: text(limits.said).nullable(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  /** Wall time spent training, in seconds, over all resumes. */
  seconds,
  config: recordedConfigSchema,
  /** For every field of the configuration, who says so. */
  origins: table(originSchema),
  engine: z.strictObject({
    requested: text(),
    used: text().describe('the runtime, such as onnxruntime'),
    provider: text().describe('what it computes with, such as cpu or cuda'),
    device: text().describe('the device in words, as the machine names it'),
    threads: count,
  }),
  versions: table(text()),
  data: z.strictObject({
    name: text(),
    train: count,
    test: count,
    /** Training digits that the GAN never sees, of those in `train`: epochs are scored by them. */
    heldOut: count.default(0),
    /** SHA-256 over the data files' own checksums, in their fixed order. */
    sha256,
  }),
  networks: z.strictObject({ generator: networkSchema, discriminator: networkSchema }),
  /** What a reader needs in order to feed the exported generator. */
  generator: z.strictObject({
    latentSize: z.int().min(1).max(4096),
    /** 0 when unconditional; otherwise a one-hot class vector of this length follows the latent. */
    classes: count.max(limits.classes),
    /** The pixel values that are paper (black in MNIST) and ink (white). */
    range: z.tuple([measured, measured]).refine(([paper, ink]) => paper !== ink, 'must differ'),
    ema: z.boolean(),
  }),
  /** Every grid shows the same latents: row r, column c is sample index r * columns + c of this seed. */
  grid: z.strictObject({
    seed,
    rows: z.int().min(1).max(limits.side),
    columns: z.int().min(1).max(limits.side),
    cell: z.literal(digitSide),
  }),
  /**
   * In order. `grid` is a PNG; `rawGrid` one of the same latents by the weights as they are, where `grid` shows averaged
   * ones; `model` is a model.json of the tfjs Layers format, its weights.bin beside it.
   */
  epochs: z
    .array(
      z
        .strictObject({
          epoch: epochNumber,
          step: count,
          grid: z.string(),
          rawGrid: z.string().optional(),
          model: z.string().nullable(),
        })
        .refine(publishesItsOwn, 'must have the paths that Inkling gives the files of its epoch'),
    )
    .max(limits.epochs)
    .refine(isRising, rising),
  /** The final scores, by name; null until the run is evaluated. */
  metrics: table(measured).nullable(),
  /** What an evaluation found beside the scores; null until the run is evaluated. */
  evaluation: evaluationSchema.nullable().default(null),
  /** Every published file but run.json itself; nothing of the checkpoint. */
  files: z
    .array(
      z
        .strictObject({ path: runPath, bytes: count, sha256 })
        .refine(({ path, bytes }) => bytes <= mostBytesOf(path), 'is larger than such a file may be'),
    )
    .max(limits.files)
    .refine(
      (files) => new Set(files.map(({ path }) => path)).size === files.length,
      'must list no file twice',
    ),
});
export type Run = z.infer<typeof runSchema>;
export type RunStatus = Run['status'];

/** A field for each of these columns. */
function fields<C extends Column>(columns: readonly C[], value: z.ZodNumber) {
  type Fields = { [K in Exclude<C, OptionalColumn>]: z.ZodNumber } & {
    [K in Extract<C, OptionalColumn>]: z.ZodOptional<z.ZodNumber>;
  };
  const entries = columns.map((column) => [column, isOptional(column) ? value.optional() : value]);
  return Object.fromEntries(entries) as Fields;
}

const epochRecordSchema = z.strictObject({
  epoch: epochNumber,
  step: count,
  ...fields(epochColumns, measured.min(0)),
  seconds,
  ...fields(stepColumns, measured),
  metrics: table(measured).optional(),
});
export type EpochRecord = z.infer<typeof epochRecordSchema>;

export const historySchema = z.strictObject({
  schemaVersion: version,
  /** Means over each epoch, in order, from epoch 1. */
  epochs: z.array(epochRecordSchema).max(limits.epochs).refine(isRising, rising),
  /** A thinned per-step series: one entry every `every` steps, columns of equal length. */
  steps: z
    .strictObject({
      every: z.int().min(1),
      step: z.array(count).max(limits.steps),
      lossD: z.array(measured).max(limits.steps),
      lossG: z.array(measured).max(limits.steps),
    })
    .refine(
      ({ step, lossD, lossG }) => step.length === lossD.length && step.length === lossG.length,
      'must have columns of one length',
    ),
});
export type History = z.infer<typeof historySchema>;
