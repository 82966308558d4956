import { parseEpoch } from './parse-epoch.ts';

const name = 'epoch';
/** Browsers refuse more than about a hundred changes of the address in half a minute. */
const pause = 200;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The epoch that the address asks for; a bad one is taken out of it. */
export function epochFromAddress(published: readonly number[]): number {
  const wanted = new URLSearchParams(location.search).get(name);
  const epoch = parseEpoch(wanted, published);
  if (wanted !== null && wanted !== String(epoch)) replaceEpoch(undefined);
  return epoch;
}

/** Writes the epoch into the address once the cursor rests. */
export function epochToAddress(epoch: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => replaceEpoch(epoch), pause);
}

function replaceEpoch(epoch: number | undefined): void {
  const url = new URL(location.href);
  if (epoch === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, String(epoch));
  history.replaceState(history.state, '', url);
}
