/** What is known of a metric, for people. */
export interface MetricAbout {
  readonly title: string;
  /** Which way is better; for `real` the nearer to what real digits have. */
  readonly better: 'lower' | 'higher' | 'real';
  readonly about: string;
}

const table = {
  fcd: {
    title: 'FCD-MNIST',
    better: 'lower',
    about:
      "squared Fréchet distance between the classifier's features of the samples and of real digits; not an FID, which means Inception features",
  },
  kid: {
    title: 'KID',
    better: 'lower',
    about: 'squared kernel distance between the same features, without bias: 0 on average for real digits',
  },
  precision: {
    title: 'precision',
    better: 'higher',
    about: 'share of the samples that lie among real digits',
  },
  recall: { title: 'recall', better: 'higher', about: 'share of the real digits that lie among samples' },
  density: {
    title: 'density',
    better: 'higher',
    about: 'how thick real digits lie around a sample; about 1 for real digits, and it may be more',
  },
  coverage: {
    title: 'coverage',
    better: 'higher',
    about: 'share of the real digits with a sample close by, as close as their own kind',
  },
  classifierScore: {
    title: 'classifier score',
    better: 'higher',
    about: 'how sure the classifier is of each sample and how evenly it sees the ten digits; 10 at most',
  },
  classTotalVariation: {
    title: 'class imbalance',
    better: 'lower',
    about: 'share of the samples that would have to be another digit for all ten to be drawn alike',
  },
  confidence: {
    title: 'confidence',
    better: 'real',
    about: 'mean probability of the digit that the classifier takes a sample for; it can be as sure of noise',
  },
  nearestDistance: {
    title: 'nearest training digit',
    better: 'real',
    about:
      'mean distance in pixels, ink being 1, from a sample to the training digit most like it; far below that of real digits it was copied',
  },
  tstr: {
    title: 'TSTR',
    better: 'higher',
    about:
      'train on synthetic, test on real: share of the test digits recognised by a classifier that learned from samples alone, where they have classes',
  },
} as const satisfies Readonly<Record<string, MetricAbout>>;

export type MetricName = keyof typeof table;

/** Every metric, by its name in `run.json`, in the order in which they are shown: the headline first. */
export const metrics: Readonly<Record<MetricName, MetricAbout>> = table;
export const metricNames = Object.keys(metrics) as readonly MetricName[];

/**
 * How many samples an epoch is scored by while a run trains, against as many training digits that are kept from the
 * GAN: the best epoch is not to be chosen by the test digits.
 */
export const epochSamples = 2000;

/**
 * The scores of an epoch, by their names in `history.json`. They say how many samples they are of, for they compare
 * with each other and not with the final ones.
 */
export const epochMetrics = {
  fcd2k: 'fcd',
  precision2k: 'precision',
  recall2k: 'recall',
  classTotalVariation2k: 'classTotalVariation',
} as const satisfies Readonly<Record<string, MetricName>>;
export type EpochMetric = keyof typeof epochMetrics;
export const epochMetricNames = Object.keys(epochMetrics) as readonly EpochMetric[];
export type EpochScores = Readonly<Record<EpochMetric, number>>;

/** TSTR takes digits of which the class is known. */
const optionalMetric = 'tstr';
type RequiredMetric = Exclude<MetricName, typeof optionalMetric>;
/** Those that every set of digits has. */
export const requiredMetricNames = metricNames.filter(
  (name): name is RequiredMetric => name !== optionalMetric,
);
export type Scores = Readonly<
  Record<RequiredMetric, number> & Partial<Record<typeof optionalMetric, number>>
>;

/**
 * How many samples the final scores are of, against as many real digits. Another number makes other metrics,
 * which are not comparable with these.
 */
export const finalSamples = 10_000;

/** How many samples the classifier of TSTR learns from, in place of as many training digits. */
export const tstrSamples = 60_000;
