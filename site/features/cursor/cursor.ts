import { readParameter, writeParameters } from '../../address.ts';
import { createStore } from '../../island.ts';

/** The epoch that is looked at: everything on the page that shows an epoch follows it. */
export const cursor = createStore<number>();

/** Moves the cursor and has the address say so. The address comes first: whoever follows may read it. */
export function moveCursor(epoch: number): void {
  writeParameters({ epoch: String(epoch) });
  cursor.set(epoch);
}

/** Begins at the epoch that the address asks for; one that is not published gives way there to the one that is shown. */
export function cursorFromAddress(published: readonly number[]): void {
  const wanted = readParameter('epoch');
  const epoch = parseEpoch(wanted, published);
  if (wanted !== null && wanted !== String(epoch))
    writeParameters({ epoch: epoch === published.at(-1) ? undefined : String(epoch) });
  cursor.set(epoch);
}

/**
 * The published epoch that an address asks for: the nearest one to a whole number within the run,
 * the last one for anything else.
 *
 * @param wanted the raw value from the address, or null when it has none
 * @param published epochs in ascending order, at least one
 */
export function parseEpoch(wanted: unknown, published: readonly number[]): number {
  const last = published.at(-1);
  if (last === undefined) throw new RangeError('a run without epochs has no cursor');
  if (typeof wanted !== 'string' || !/^\d{1,9}$/.test(wanted)) return last;
  const epoch = Number(wanted);
  return epoch > last ? last : nearestEpoch(epoch, published);
}

/** The published epoch nearest to `epoch`, the earlier of two that are equally near. */
export function nearestEpoch(epoch: number, published: readonly number[]): number {
  return published.reduce((best, candidate) =>
    Math.abs(candidate - epoch) < Math.abs(best - epoch) ? candidate : best,
  );
}
