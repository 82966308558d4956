type Listener = (epoch: number) => void;

const listeners = new Set<Listener>();
let current: number | undefined;

/** The page's one state: the epoch that is looked at. Everything that shows an epoch follows it. */
export const cursor = {
  get epoch(): number | undefined {
    return current;
  },

  set(epoch: number): void {
    if (epoch === current) return;
    current = epoch;
    for (const listener of listeners) listener(epoch);
  },

  /** Calls `listener` at every change, and at once when there is an epoch; returns what ends it. */
  follow(listener: Listener): () => void {
    listeners.add(listener);
    if (current !== undefined) listener(current);
    return () => listeners.delete(listener);
  },
};
