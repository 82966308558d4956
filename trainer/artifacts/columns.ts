/*
 * What the history holds of every epoch. From this table follow the schema of `history.json`, what a step returns and an
 * epoch averages, the charts, the table of numbers and the curves of a comparison.
 */

/** The charts of a run in reading order, below those of its scores. */
export const charts = {
  losses: { title: 'Losses' },
  // A probability; one half is a guess.
  scores: {
    title: 'How real the discriminator finds them',
    domain: [0, 1],
    references: [{ value: 0.5, label: 'a guess' }],
  },
  gradients: { title: 'Gradient norms', log: true },
  speed: { title: 'Images per second' },
} as const satisfies Readonly<Record<string, Chart>>;
export type ChartName = keyof typeof charts;

interface Chart {
  readonly title: string;
  /** Where the axis of values ends; found from the data when left out. */
  readonly domain?: readonly [from: number, to: number];
  /** Equal factors take equal room. */
  readonly log?: boolean;
  /** Levels worth comparing with. */
  readonly references?: readonly { readonly value: number; readonly label: string }[];
}

interface ColumnAbout {
  /** In the head of a table. */
  readonly head: string;
  /** How its values are printed; as figures where nothing is said. */
  readonly format?: 'count' | 'duration';
  /** The chart that has its curve, if any. */
  readonly chart?: ChartName;
  /** What its curve is called there, where not by whose it is. */
  readonly curve?: string;
  readonly voice?: 'discriminator' | 'generator' | 'neutral';
  /** Over a chart of its own, in which runs are compared by it; without one they are not. */
  readonly title?: string;
  /** Whether records lack it that were written before there was such a column. */
  readonly optional?: true;
}

/** What every step returns and an epoch averages. A new one is optional, for published runs lack it. */
const ofSteps = {
  lossD: { head: 'Loss of D', title: 'Loss of the discriminator', chart: 'losses', voice: 'discriminator' },
  lossG: { head: 'Loss of G', title: 'Loss of the generator', chart: 'losses', voice: 'generator' },
  /** Mean of sigmoid(D(x)) over the real digits: 1 is sure they are real. */
  realScore: {
    head: 'D(x)',
    title: 'Score of real digits, D(x)',
    chart: 'scores',
    curve: 'Real digits, D(x)',
    voice: 'discriminator',
  },
  /** Mean of sigmoid(D(G(z))). */
  fakeScore: {
    head: 'D(G(z))',
    title: 'Score of generated digits, D(G(z))',
    chart: 'scores',
    curve: 'Generated, D(G(z))',
    voice: 'generator',
  },
  /** Joint Euclidean norm of a network's gradients. */
  gradNormD: { head: 'Gradient of D', chart: 'gradients', voice: 'discriminator' },
  gradNormG: { head: 'Gradient of G', chart: 'gradients', voice: 'generator' },
} as const satisfies Readonly<Record<string, ColumnAbout>>;

/** What is measured of an epoch as a whole. */
const ofEpochs = {
  /** Wall time. */
  seconds: { head: 'Time', format: 'duration' },
  imagesPerSecond: { head: 'Images/s', format: 'count', chart: 'speed', voice: 'neutral' },
} as const satisfies Readonly<Record<string, ColumnAbout>>;

const columns = { ...ofSteps, ...ofEpochs };
export type StepColumn = keyof typeof ofSteps;
export type EpochColumn = keyof typeof ofEpochs;
export type Column = StepColumn | EpochColumn;
export type OptionalColumn = {
  [C in Column]: (typeof columns)[C] extends { readonly optional: true } ? C : never;
}[Column];

export const stepColumns = Object.keys(ofSteps) as readonly StepColumn[];
export const epochColumns = Object.keys(ofEpochs) as readonly EpochColumn[];
/** What is known of each column, in the order of the table of numbers. */
export const columnTable = Object.entries(columns) as readonly (readonly [Column, ColumnAbout])[];
export const isOptional = (column: Column): boolean => 'optional' in columns[column];
