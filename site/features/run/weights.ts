import { readParameter, writeParameters } from '../../islands/address.ts';
import { createStore } from '../../islands/store.ts';

/** Whose digits are seen, where a run has both: the generator's with averaged weights (EMA) or with them as they are. */
const kinds = ['averaged', 'raw'] as const;
type Weights = (typeof kinds)[number];

export const weights = createStore<Weights>();

/** Shows the digits of other weights and has the address say so; what is not known becomes averaged. */
export function chooseWeights(wanted: string | null): void {
  const kind = kinds.find((candidate) => candidate === wanted) ?? 'averaged';
  const written = kind === 'averaged' ? null : kind;
  if (readParameter('weights') !== written) writeParameters({ weights: written ?? undefined });
  weights.set(kind);
}
