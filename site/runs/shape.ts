/*
 * Shapes of data that the browser fetches from its own site. A schema of zod/mini would say the same in 5 kB of
 * the page's 12; these few lines are a tenth of that.
 */

/** Returns `value` as what it has to be, or throws a TypeError that says where it is not. */
export type Shape<T> = (value: unknown, where?: string) => T;
export type Shaped<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (value, where = 'value') => {
  if (typeof value !== 'string') throw new TypeError(`${where} must be text`);
  return value;
};

export const number: Shape<number> = (value, where = 'value') => {
  if (typeof value !== 'number') throw new TypeError(`${where} must be a number`);
  return value;
};

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, where) => (value === null ? null : shape(value, where));
}

export function list<T>(shape: Shape<T>): Shape<T[]> {
  return (value, where = 'value') => {
    if (!Array.isArray(value)) throw new TypeError(`${where} must be a list`);
    return value.map((item, i) => shape(item, `${where}[${i}]`));
  };
}

/** An object of exactly these fields; others are left out. */
export function record<T extends Record<string, unknown>>(fields: { [K in keyof T]: Shape<T[K]> }): Shape<T> {
  return (value, where = 'value') => {
    if (typeof value !== 'object' || value === null) throw new TypeError(`${where} must be an object`);
    const found = new Map(Object.entries(value));
    const entries = Object.entries<Shape<unknown>>(fields).map(([name, shape]) => [
      name,
      shape(found.get(name), `${where}.${name}`),
    ]);
    return Object.fromEntries(entries);
  };
}
