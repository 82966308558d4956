import type { History, Run } from '../../../trainer/artifacts/schema.ts';
import type { ListedRun } from '../../runs/load.ts';

interface FigureRun {
  readonly run: Run;
  /** The last of its epochs. */
  readonly last: Run['epochs'][number];
  readonly history: History;
}

/**
 * The run that a figure of an article shows: the newest finished one of the recipe, else the newest finished
 * one of any; undefined when there is none.
 *
 * @param entries the newest first
 */
export function figureRun(entries: readonly ListedRun[], recipe: string): FigureRun | undefined {
  const finished = entries.flatMap(({ run, history }) => {
    if (!run) return [];
    const shows = run.status === 'finished' && run.epochs.length > 1 && history.epochs.length > 0;
    return shows ? run.epochs.slice(-1).map((last) => ({ run, last, history })) : [];
  });
  return finished.find(({ run }) => run.recipe === recipe) ?? finished[0];
}
