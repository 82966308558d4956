import type { Run } from '../../trainer/artifacts/schema.ts';
import { formatFigure } from '../format.ts';

/** The score that stands for a run where there is room for one: the Fréchet classifier distance, less is better. */
export function headlineScore({ metrics }: Pick<Run, 'metrics'>): number | undefined {
  const { fcd } = metrics ?? {};
  return fcd;
}

export function scoreWords(run: Pick<Run, 'metrics'>): string | undefined {
  const score = headlineScore(run);
  return score === undefined ? undefined : `FCD ${formatFigure(score)}`;
}
