/** The one element inside `root` that server and island agreed on; its absence is a mistake in our own markup. */
export function query<E extends Element>(root: ParentNode, selector: string, type: new () => E): E {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${type.name} at ${selector}`);
}

/** One piece of the page's state. Whatever shows it follows it; nothing else is shared between islands. */
export interface Store<T> {
  /** Undefined until it is first set. */
  readonly value: T | undefined;
  set(value: T): void;
  /** Calls `listener` at every change, and at once when there is a value. */
  follow(listener: (value: T) => void): void;
}

export function createStore<T>(): Store<T> {
  const listeners = new Set<(value: T) => void>();
  let current: T | undefined;
  return {
    get value() {
      return current;
    },
    set(value) {
      if (value === current) return;
      current = value;
      for (const listener of listeners) listener(value);
    },
    follow(listener) {
      listeners.add(listener);
      if (current !== undefined) listener(current);
    },
  };
}
