/** Browsers refuse more than about a hundred changes of the address in half a minute. */
const pause = 200;
let timer: ReturnType<typeof setTimeout> | undefined;
let pending = new Map<string, string | undefined>();

/** What the address says of `name`, not yet written changes included; null when it says nothing. */
export function readParameter(name: string): string | null {
  if (pending.has(name)) return pending.get(name) ?? null;
  return new URLSearchParams(location.search).get(name);
}

/** Writes parameters into the address once the visitor rests; undefined takes one out. */
export function writeParameters(changes: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(changes)) pending.set(name, value);
  clearTimeout(timer);
  timer = setTimeout(flushAddress, pause);
}

// A visitor who leaves comes back to what was last seen.
if (typeof window !== 'undefined') addEventListener('pagehide', flushAddress);

/** Writes at once what is still waiting, for whoever is about to read or copy the address. */
export function flushAddress(): void {
  clearTimeout(timer);
  if (pending.size === 0) return;
  const url = new URL(location.href);
  for (const [name, value] of pending) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  pending = new Map();
  history.replaceState(history.state, '', url);
}
