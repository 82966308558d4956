import type { History, Run } from '../../trainer/artifacts/schema.ts';
import type { ListedRun } from './load.ts';

export interface FigureRun {
  readonly run: Run;
  readonly history: History;
}

/**
 * The run that a figure of an article shows: the newest finished one of the recipe, else the newest finished
 * one of any; undefined when there is none.
 *
 * @param entries the newest first
 */
export function figureRun(entries: readonly ListedRun[], recipe: string): FigureRun | undefined {
  const finished = entries.flatMap(({ run, history }) =>
    run && run.status === 'finished' && run.epochs.length > 1 && history.epochs.length > 0
      ? [{ run, history }]
      : [],
  );
  return finished.find(({ run }) => run.recipe === recipe) ?? finished[0];
}
