import { writeParameters } from './address.ts';
import { createStore } from './store.ts';

/** The epoch that is looked at: everything on the page that shows an epoch follows it. */
export const cursor = createStore<number>();

/** Moves the cursor and has the address say so. The address comes first: whoever follows may read it. */
export function moveCursor(epoch: number): void {
  writeParameters({ epoch: String(epoch) });
  cursor.set(epoch);
}
