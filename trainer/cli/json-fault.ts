/** What is wrong with a text that should be JSON, and where, in characters from its start. */
export interface JsonFault {
  readonly offset: number;
  /** The name that an object has twice, where that is what is wrong; JSON.parse would take the later value. */
  readonly repeated?: string;
  /** That more brackets are open than `deepest`, where that is what is wrong. */
  readonly deep?: true;
}

/** Brackets within one another. Inkling's own files have 4; the check goes down by calls, which have an end. */
export const deepest = 100;

const space = /[ \t\n\r]*/y;
// Anything from the space on but a quote and a backslash, which needs to escape something.
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * The first place at which a text stops being JSON (RFC 8259): what JSON.parse says of it differs from engine to engine
 * and often names no place. `offset` is the text's length where it ends too early.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  let open = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  /** Takes a sign and the space around it. */
  const sign = (wanted: string): boolean => {
    take(space);
    if (text[at] !== wanted) return false;
    at++;
    take(space);
    return true;
  };

  const value = (): JsonFault | undefined => {
    take(space);
    if (sign('{')) return list('}', entry(new Set()));
    if (sign('[')) return list(']', value);
    return take(string) !== undefined || take(scalar) !== undefined ? undefined : { offset: at };
  };
  const entry = (names: Set<string>) => (): JsonFault | undefined => {
    const offset = at;
    const quoted = take(string);
    if (quoted === undefined) return { offset };
    const name = String(JSON.parse(quoted));
    if (names.has(name)) return { offset, repeated: name };
    names.add(name);
    return sign(':') ? value() : { offset: at };
  };
  /** What stands between brackets, up to and with the closing one. */
  const list = (end: string, item: () => JsonFault | undefined): JsonFault | undefined => {
    if (sign(end)) return undefined;
    if (++open > deepest) return { offset: at, deep: true };
    do {
      const fault = item();
      if (fault) return fault;
    } while (sign(','));
    open--;
    return sign(end) ? undefined : { offset: at };
  };

  const fault = value();
  take(space);
  return fault ?? (at < text.length ? { offset: at } : undefined);
}

/** Line and column of a place in a text, both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
