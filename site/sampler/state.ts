import { moveNames } from './state-names.ts';

/** All that the visitor can set; together with the run and the epoch it says what is seen. */
export interface SamplerState {
  /** 0 … 2^32 - 1 */
  readonly seed: number;
  /** The one class asked for; undefined for a class to a row, and for a generator without classes. */
  readonly digit: number | undefined;
  /** 0 … 1; see `GridLatents`. */
  readonly truncation: number;
  /** Steps along the latent directions, in standard deviations, -3 … 3. */
  readonly moves: readonly number[];
  /** Where the walk begins: an index of the grid. `to` is where it ends. */
  readonly from: number;
  readonly to: number;
  /** How far the walk has got, 0 … 100. */
  readonly at: number;
}

/** What the state of a run's sampler depends on. */
export interface SamplerLimits {
  /** Seed of the run's own grids. */
  readonly seed: number;
  readonly classes: number;
  /** Digits in the grid. */
  readonly count: number;
}

/** A value by its name, as an address and a form give it. */
export type ReadValue = (name: string) => unknown;

interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** The number that a text writes in plain decimals, or `fallback` when it is none or out of range. */
function parseNumber<T>(text: unknown, { least, most, whole }: Range, fallback: T): number | T {
  if (typeof text !== 'string' || !/^-?\d{1,10}(?:\.\d{1,6})?$/.test(text)) return fallback;
  const value = Number(text);
  if (value < least || value > most || (whole && !Number.isInteger(value))) return fallback;
  return value;
}

/** The state that an address or the form asks for; what is missing or bad has its default. */
export function parseState(read: ReadValue, { seed, classes, count }: SamplerLimits): SamplerState {
  const number = (name: string, least: number, most: number, fallback: number) =>
    parseNumber(read(name), { least, most, whole: false }, fallback);
  const whole = (name: string, most: number, fallback: number) =>
    parseNumber(read(name), { least: 0, most, whole: true }, fallback);
  return {
    seed: whole('seed', 2 ** 32 - 1, seed),
    digit: parseNumber(read('class'), { least: 0, most: classes - 1, whole: true }, undefined),
    truncation: number('truncation', 0, 1, 1),
    moves: moveNames.map((name) => number(name, -3, 3, 0)),
    from: whole('from', count - 1, 0),
    to: whole('to', count - 1, count - 1),
    at: whole('at', 100, 0),
  };
}

/** The state as text, by the names that `parseState` reads. */
export function formatState(state: SamplerState): Record<string, string> {
  const { seed, digit, truncation, moves, from, to, at } = state;
  return {
    seed: String(seed),
    class: digit === undefined ? '' : String(digit),
    truncation: String(truncation),
    ...Object.fromEntries(moves.map((move, k) => [`move${k + 1}`, String(move)])),
    from: String(from),
    to: String(to),
    at: String(at),
  };
}

/** The parameters of an address that reproduces the state: only what is not the default. */
export function stateParameters(
  state: SamplerState,
  limits: SamplerLimits,
): Record<string, string | undefined> {
  const defaults = formatState(parseState(() => undefined, limits));
  const entries = Object.entries(formatState(state));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value === defaults[name] ? undefined : value]),
  );
}
