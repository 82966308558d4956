import { z } from 'zod';

/** Where a run's value comes from: a seed document, the public source behind it, our judgement, or the user. */
export const originSchema = z.enum(['stated', 'source', 'assumed', 'tuned', 'chosen']);
export type Origin = z.infer<typeof originSchema>;

export const outputActivations = ['tanh', 'sigmoid', 'relu'] as const;

const rate = z.number().positive().max(1);
const fraction = z.number().min(0).max(0.999999);
const share = z.number().positive().max(1);
const natural = z.int().min(0);

/**
 * Everything that decides what a run computes, flat. Each field is also a flag of `npm run train`
 * (`learningRateG` is `--learning-rate-g`); its description is that flag's help text.
 */
export const configSchema = z.strictObject({
  recipe: z.string().min(1).describe('the GAN to train (see --list)'),
  epochs: z.int().min(1).max(10_000).describe('passes over the training digits'),
  batch: z.int().min(2).max(65_536).describe('real digits per step'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .describe('everything random follows from this number'),
  engine: z
    .string()
    .min(1)
    .max(64)
    .describe('where the training step runs; auto takes the fastest that works here'),
  threads: natural.max(1024).describe('CPU threads of the engine; 0 takes one per physical core'),
  limit: natural.describe('train on the first N digits only; 0 takes all'),
  latentSize: z.int().min(1).max(4096).describe('length of the latent vector z'),
  learningRateG: rate.describe("Adam's step size for the generator"),
  learningRateD: rate.describe("Adam's step size for the discriminator"),
  beta1: fraction.describe("Adam's decay of the mean gradient"),
  beta2: fraction.describe("Adam's decay of the mean squared gradient"),
  epsilon: z.number().positive().max(1).describe("Adam's term against division by zero"),
  emaDecay: fraction.describe(
    'decay per step of the averaged generator that is published; 0 publishes the raw one',
  ),
  lossScaleD: z.number().positive().max(100).describe("factor on the discriminator's loss; .5 halves it"),
  gradientPenalty: z
    .number()
    .min(0)
    .max(1000)
    .describe("weight γ of the penalty on the discriminator's gradient by its input; 0 is none"),
  penaltyAtEnd: share.describe(
    'share of the gradient penalty that is left at the last step, falling along a cosine',
  ),
  penaltyBatch: natural
    .max(65_536)
    .describe('digits of a batch that the gradient penalty looks at, at most; 0 takes all'),
  rateAtEnd: share.describe(
    'share of the learning rates that is left at the last step, falling along a cosine',
  ),
  dropout: fraction.describe("share of the discriminator's activations dropped; 0 is none"),
  rotation: z
    .number()
    .min(0)
    .max(180)
    .describe('real digits are turned by up to this many degrees, either way; 0 is off'),
  outputActivation: z
    .enum(outputActivations)
    .describe("the generator's last activation; the data's range follows from it"),
  publishEvery: z
    .int()
    .min(1)
    .describe('epochs between published grids; the first and last are always published'),
  modelEvery: z
    .int()
    .min(1)
    .describe('epochs between published generators; the first and last are always published'),
  scoreEvery: natural.describe(
    'epochs between scored ones, the last always being one; 0 scores none, else 2,000 training digits are held out to score by',
  ),
});

const { shape } = configSchema;
/** As it stands in files, those of earlier versions too: their runs did without the settings that are newer. */
export const recordedConfigSchema = configSchema.extend({
  gradientPenalty: shape.gradientPenalty.default(0),
  penaltyAtEnd: shape.penaltyAtEnd.default(1),
  penaltyBatch: shape.penaltyBatch.default(0),
  rateAtEnd: shape.rateAtEnd.default(1),
  scoreEvery: shape.scoreEvery.default(0),
});

export type Config = z.infer<typeof configSchema>;
export type ConfigField = keyof Config;
