import type { Program } from '../engines/program.ts';
import { type PlayedDigits, stepInputs } from './inputs.ts';
import type { Plan } from './plan.ts';

/** A step that was played, and what it logged. */
export interface Played<Result extends string = string> {
  readonly step: number;
  readonly results: Readonly<Record<Result, number>>;
}

/** What play needs of a plan. */
export type Playable<Result extends string = string> = Pick<Plan, 'inputs' | 'batch' | 'epochs'> & {
  readonly results: readonly Result[];
};

/**
 * Plays the steps from + 1, from + 2, … to on a program that holds the state which step `from` left behind. While a step
 * runs, elsewhere, the next one's inputs are prepared; none runs while the caller looks at what was played, so the
 * program's state is then that of the step yielded.
 */
export async function* play<Result extends string>(
  plan: Playable<Result>,
  program: Pick<Program, 'run'>,
  { from = 0, to, ...played }: PlayedDigits & { readonly from?: number; readonly to: number },
): AsyncGenerator<Played<Result>, void, undefined> {
  const prepare = stepInputs(plan, played);
  let next = from < to ? prepare(from + 1) : {};
  for (let step = from + 1; step <= to; step++) {
    const running = program.run(next);
    if (step < to) next = prepare(step + 1);
    const logged = await running;
    const results = Object.fromEntries(plan.results.map((name) => [name, logged[name]![0]!]));
    yield { step, results: results as Record<Result, number> };
  }
}
