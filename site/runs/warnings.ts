import type { History } from '../../trainer/artifacts/schema.ts';
import { type Ailment, findWarnings } from '../../trainer/metrics/health.ts';

/** One fault of a run, told by its first sentence. */
export interface Fault {
  readonly epoch: number;
  readonly sentence: string;
  /** Later epochs at which it began anew. */
  readonly again: readonly number[];
}

/** What went wrong with a run, each kind of fault once, in the order in which they began. */
export function faultsOf({ epochs }: Pick<History, 'epochs'>): Fault[] {
  const faults = new Map<Ailment, Fault>();
  for (const { kind, epoch, sentence } of findWarnings(epochs)) {
    const known = faults.get(kind);
    faults.set(kind, known ? { ...known, again: [...known.again, epoch] } : { epoch, sentence, again: [] });
  }
  return [...faults.values()];
}

const list = new Intl.ListFormat('en-GB');

/** “Again from epoch 7.” or “Again from epochs 7, 9 and 12.”; nothing where it began but once. */
export function againWords({ again }: Pick<Fault, 'again'>): string {
  if (again.length === 0) return '';
  return `Again from epoch${again.length > 1 ? 's' : ''} ${list.format(again.map(String))}.`;
}
