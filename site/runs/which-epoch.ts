import type { SeenStatus } from '../../trainer/artifacts/reader.ts';
import type { History, Run } from '../../trainer/artifacts/schema.ts';
import type { EpochScores } from '../../trainer/metrics/names.ts';

/** The score that decides, where epochs carry it: lower is better. */
export const headlineMetric: keyof EpochScores = 'fcd2k';

/** Which of a run's published epochs to take, and why. */
export type Advice =
  /** The best of `scored` epochs by the headline metric; of two that are equally good, the earlier. */
  | { readonly kind: 'scored'; readonly epoch: number; readonly score: number; readonly scored: number }
  /** Nothing but eyes can tell: the last one. `averaged`: its weights are a moving average (EMA). */
  | { readonly kind: 'last'; readonly epoch: number; readonly averaged: boolean }
  /** The last one before the run diverged. */
  | { readonly kind: 'lastGood'; readonly epoch: number }
  | { readonly kind: 'notYet' }
  /** The run ended before its generator had learnt anything. */
  | { readonly kind: 'none' };

export function adviseEpoch(
  run: Pick<Run, 'epochs' | 'generator'> & { readonly status: SeenStatus },
  history: Pick<History, 'epochs'>,
): Advice {
  const published = new Set(run.epochs.map(({ epoch }) => epoch));
  const scores = history.epochs.flatMap(({ epoch, metrics }) => {
    const score = metrics?.[headlineMetric];
    return score !== undefined && published.has(epoch) ? [{ epoch, score }] : [];
  });
  if (scores.length > 0) {
    const best = scores.reduce((lowest, candidate) => (candidate.score < lowest.score ? candidate : lowest));
    return { kind: 'scored', ...best, scored: scores.length };
  }
  if (run.status === 'running') return { kind: 'notYet' };
  const last = run.epochs.at(-1)?.epoch ?? 0;
  if (last === 0) return { kind: 'none' };
  if (run.status === 'diverged') return { kind: 'lastGood', epoch: last };
  return { kind: 'last', epoch: last, averaged: run.generator.ema };
}

/** Whether the generator of a published epoch was published too. */
export const generatorIsKept = ({ epochs }: Pick<Run, 'epochs'>, epoch: number): boolean =>
  epochs.some((published) => published.epoch === epoch && published.model !== null);

/** The epoch with the best score; undefined where none is scored. */
export function bestEpoch(...run: Parameters<typeof adviseEpoch>): number | undefined {
  const advice = adviseEpoch(...run);
  return advice.kind === 'scored' ? advice.epoch : undefined;
}
