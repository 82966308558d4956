import type { EpochRecord } from '../artifacts/schema.ts';
import type { EpochMetric } from './names.ts';

export type Ailment = 'collapse' | 'winning discriminator' | 'oscillation';

/** A way in which a game goes wrong without ending, and what to try. */
export interface Warning {
  /** Where it began. */
  readonly epoch: number;
  readonly kind: Ailment;
  readonly sentence: string;
}

/** What the last of these epochs, seen with those before it, suffers from; undefined when it is well. */
type Rule = (epochs: readonly EpochRecord[]) => string | undefined;

const score = ({ metrics }: EpochRecord, name: EpochMetric): number => metrics?.[name] ?? Number.NaN;
const percent = (share: number) => `${Math.round(share * 100)} %`;

/**
 * Scores below this precision are no sign of a collapse: the classifier takes the speckle of a generator that has
 * learned little for one digit. `mlp` passes .5 with a recall of .0005 on its way.
 */
const readable = 0.7;
/**
 * Good generators have a recall of .7 and more; one digit over and over has 0, and `conditional` with a latent of a
 * single number, which draws each class in one way, .004 to .015.
 */
const [littleRecall, keptRecall] = [0.03, 1 / 3];
/** Four digits of ten that are never drawn are .4; samples of 2,000 of an even generator have .03. */
const unevenClasses = 0.35;

const collapse: Rule = (epochs) => {
  const last = epochs.at(-1)!;
  const [precision, recall] = [score(last, 'precision2k'), score(last, 'recall2k')];
  const best = Math.max(...epochs.map((epoch) => score(epoch, 'recall2k')));
  const advice = 'Try a lower --learning-rate-g or a --gradient-penalty; earlier epochs are still there.';
  if (best >= 10 * littleRecall && recall < best * keptRecall)
    return `The generator has lost most of its variety: recall fell from ${percent(best)} to ${percent(recall)}. ${advice}`;
  if (precision < readable) return undefined;
  if (recall < littleRecall)
    return `The generator draws readable digits, but hardly varies them: recall is ${percent(recall)}. ${advice}`;
  const uneven = score(last, 'classTotalVariation2k');
  return uneven > unevenClasses
    ? `The generator draws some digits only: ${percent(uneven)} of its samples would have to be another digit. ${advice}`
    : undefined;
};

/**
 * Of 100 digits it takes one wrongly or none. `mlp`, whose discriminator is ahead for long while the generator
 * learns, has .98 and .03.
 */
const certain = 0.99;
/**
 * Every loss of a generator grows with how surely its digits are refused, by 1 for a logit of 1. `mlp` has 6.7 at
 * most; with fifty times the discriminator's learning rate, 50 and then hundreds.
 */
const refused = 20;
/** Of the largest gradient so far. Those of runs that go well grow, or stay within a factor of 3. */
const vanished = 0.01;

const winningDiscriminator: Rule = (epochs) => {
  const pair = epochs.slice(-2);
  const advice = 'Try a lower --learning-rate-d, another --learning-rate-g or some --dropout.';
  if (pair.length < 2) return undefined;
  if (pair.every(({ realScore, fakeScore }) => realScore > certain && fakeScore < 1 - certain))
    return `For two epochs the discriminator has been wrong about fewer than one digit in a hundred, from which the generator learns little. ${advice}`;
  if (pair.every(({ lossG }) => lossG > refused))
    return `For two epochs the generator's loss has been above ${refused}: the discriminator is surer than it can be right. ${advice}`;
  const largest = Math.max(...epochs.map(({ gradNormG }) => gradNormG));
  return pair.every(({ gradNormG }) => gradNormG < largest * vanished)
    ? `For two epochs the discriminator has given the generator hardly a gradient, less than a hundredth of what it once was. ${advice}`
    : undefined;
};

/** Whether the last changes of a series go up and down in turns, each by at least so much: three of them. */
function swings(series: readonly number[], least: number): boolean {
  const changes = series.slice(-4).map((value, i, all) => (i === 0 ? 0 : value - all[i - 1]!));
  const [first, second, third] = changes.slice(1);
  if (first === undefined || second === undefined || third === undefined) return false;
  const large = [first, second, third].every((change) => Math.abs(change) >= least);
  return large && first * second < 0 && second * third < 0;
}

/**
 * Of the discriminator's lead, realScore − fakeScore: from 0, when it guesses, to 1. Losses will not do, for what is
 * a large change of one depends on the loss. `mlp` swings by .16 at most, and then settles.
 */
const leadSwing = 0.25;
/** As a factor. `mlp` changes by 1.5 either way while it still draws speckle. */
const fcdSwing = 2;

const unsteady = (what: string) =>
  `${what} goes up and down from epoch to epoch, so the last may be a poor one. Try lower learning rates for both, --beta1 0, or averaged weights by --ema-decay .999.`;

const unsteadyLead: Rule = (epochs) =>
  swings(
    epochs.map(({ realScore, fakeScore }) => realScore - fakeScore),
    leadSwing,
  )
    ? unsteady('The lead of the discriminator')
    : undefined;

const unsteadyFcd: Rule = (epochs) =>
  swings(
    epochs.map((epoch) => Math.log(score(epoch, 'fcd2k'))),
    Math.log(fcdSwing),
  )
    ? unsteady('FCD-MNIST')
    : undefined;

/** Each looks at every epoch, or at those that are scored. */
const rules: readonly { readonly kind: Ailment; readonly scored: boolean; readonly rule: Rule }[] = [
  { kind: 'collapse', scored: true, rule: collapse },
  { kind: 'winning discriminator', scored: false, rule: winningDiscriminator },
  { kind: 'oscillation', scored: false, rule: unsteadyLead },
  { kind: 'oscillation', scored: true, rule: unsteadyFcd },
];

/**
 * What begins to be wrong with a run at its last epoch. A run of which nothing is said may still draw badly: these
 * are the faults that numbers can tell from slow learning.
 *
 * @param epochs in order, from epoch 1
 */
export function newWarnings(epochs: readonly EpochRecord[]): Warning[] {
  return rules.flatMap(({ kind, scored, rule }) => {
    const seen = scored ? epochs.filter(({ metrics }) => metrics) : epochs;
    const last = seen.at(-1);
    if (!last || last !== epochs.at(-1)) return [];
    const sentence = seen.length > 1 && rule(seen.slice(0, -1)) ? undefined : rule(seen);
    return sentence ? [{ epoch: last.epoch, kind, sentence }] : [];
  });
}

/** Everything that went wrong with a run, each where it began. @param epochs in order, from epoch 1 */
export const findWarnings = (epochs: readonly EpochRecord[]): Warning[] =>
  epochs.flatMap((_, i) => newWarnings(epochs.slice(0, i + 1)));
