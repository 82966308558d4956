import type { CheckpointTensor } from '../artifacts/checkpoint.ts';
import { type StepResult, stepResults } from '../gan/step.ts';

/** So many steps in a row of a hopeless game end it. */
export const patience = 500;

/** Why a game can't go on, in a sentence with what to try; undefined while it can. */
export type Watch = (step: number, results: Readonly<Record<StepResult, number>>) => string | undefined;

const ranAway = (what: string, value: number, step: number) =>
  `${what} is ${value} at step ${step}: the weights have run away. Try a lower --learning-rate-g and --learning-rate-d, or a larger --epsilon.`;

/**
 * Watches for the ways in which a game ends for good: numbers that are no numbers any more, a discriminator
 * that wins every time (the generator learns nothing from certainty), and one that has stopped learning.
 */
export function watchGame(): Watch {
  let won = 0;
  let dead = 0;
  return (step, results) => {
    const broken = stepResults.find((name) => !Number.isFinite(results[name]));
    if (broken) return ranAway(broken, results[broken], step);
    won = results.realScore > 0.9999 && results.fakeScore < 0.0001 ? won + 1 : 0;
    if (won >= patience)
      return `The discriminator was right beyond doubt for ${patience} steps, up to step ${step}, so the generator can't learn from it. Try a lower --learning-rate-d, a higher --learning-rate-g or some --dropout.`;
    dead = results.gradNormD < 1e-9 ? dead + 1 : 0;
    if (dead >= patience)
      return `The discriminator has had no gradient for ${patience} steps, up to step ${step}: it no longer learns. Try a lower --learning-rate-d or another --seed.`;
    return undefined;
  };
}

/** A weight, moment or average that is no number any more, as a watch tells it: such a state is not worth keeping. */
export function findRunaway(step: number, tensors: readonly CheckpointTensor[]): string | undefined {
  for (const { name, values } of tensors) {
    const broken = values.find((value) => !Number.isFinite(value));
    if (broken !== undefined) return ranAway(name, broken, step);
  }
  return undefined;
}

/** What an unfinished epoch has summed up so far; plain numbers, so that a checkpoint can hold it. */
export type EpochSums = Record<StepResult | 'steps' | 'seconds', number>;

export const noSums = (): EpochSums => ({
  ...(Object.fromEntries(stepResults.map((name) => [name, 0])) as Record<StepResult, number>),
  steps: 0,
  seconds: 0,
});

export function addStep(sums: EpochSums, results: Readonly<Record<StepResult, number>>): void {
  for (const name of stepResults) sums[name] += results[name];
  sums.steps++;
}

/** The means of what a step logs. @throws Error for an epoch without steps */
export function meansOf(sums: EpochSums): Record<StepResult, number> {
  if (sums.steps === 0) throw new Error('an epoch without steps has no means');
  return Object.fromEntries(stepResults.map((name) => [name, sums[name] / sums.steps])) as Record<
    StepResult,
    number
  >;
}
