import { type StepResult, stepResults } from '../gan/step.ts';

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
