import { fromUser } from '../../tools/launcher/command-line.mjs';

/** A kind of value a flag may take, and what it is when the flag is not given. */
export interface Flag<Value> {
  readonly description: string;
  /** What stands for the value in the help, such as N; null for a switch, which takes none. */
  readonly placeholder: string | null;
  /** What values it takes, in words: 'a whole number from 1 to 10000'. */
  readonly wanted: string;
  /** Shown in the help. */
  readonly shownDefault: string | null;
  /** Reads the text behind the flag; undefined when it is not such a value. */
  readonly read: (text: string) => Value | undefined;
  /** The value when the flag is not given. */
  readonly fallback: Value;
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** What `parseFlags` returns for a table. */
export type FlagValues<Table extends FlagTable> = {
  -readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never;
};

/** learningRateG → learning-rate-g; beta1 stays. */
export function optionName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

interface Described<Default> {
  description: string;
  placeholder?: string;
  default?: Default;
}

/** Any text but an empty one. */
export function text<Default extends string | undefined = undefined>({
  description,
  placeholder = 'NAME',
  default: fallback,
}: Described<Default>): Flag<string | Default> {
  return {
    description,
    placeholder,
    wanted: 'a text that is not empty',
    shownDefault: fallback ?? null,
    read: (given) => given || undefined,
    fallback: fallback as Default,
  };
}

/** A file or folder, relative to where the command was given. The default is relative to the project's root. */
export function path<Default extends string | undefined = undefined>(
  described: Described<Default>,
): Flag<string | Default> {
  return { ...text(described), wanted: 'a path', read: (given) => (given && fromUser(given)) || undefined };
}

/** A program: a path as above, or the name of one that the system finds. */
export function program<Default extends string | undefined = undefined>(
  described: Described<Default>,
): Flag<string | Default> {
  const file = path(described);
  return {
    ...file,
    wanted: 'a program',
    read: (given) => (/[\\/]/.test(given) ? file.read(given) : given || undefined),
  };
}

/** A number; `integer`, `min` and `max` (both included) and `above` (not included) narrow it. */
export function number<Default extends number | undefined = undefined>({
  description,
  placeholder = 'N',
  default: fallback,
  ...range
}: Described<Default> & NumberRange): Flag<number | Default> {
  return {
    description,
    placeholder,
    wanted: rangeInWords(range),
    shownDefault: fallback === undefined ? null : String(fallback),
    read: (given) => readNumber(given, range),
    fallback: fallback as Default,
  };
}

/** One of a few words. */
export function choice<const Choice extends string, Default extends NoInfer<Choice> | undefined = undefined>({
  choices,
  description,
  placeholder = choices.join('|'),
  default: fallback,
}: Described<Default> & { choices: readonly Choice[] }): Flag<Choice | Default> {
  return {
    description,
    placeholder,
    wanted: `one of ${choices.join(', ')}`,
    shownDefault: fallback ?? null,
    read: (given) => choices.find((word) => word === given),
    fallback: fallback as Choice | Default,
  };
}

/** True when given. */
export function flagSwitch({ description }: { description: string }): Flag<boolean> {
  return {
    description,
    placeholder: null,
    wanted: 'no value',
    shownDefault: null,
    read: () => undefined,
    fallback: false,
  };
}

export interface NumberRange {
  integer?: boolean;
  min?: number;
  max?: number;
  /** The number must be greater. */
  above?: number;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function readNumber(given: string, { integer = false, min, max, above }: NumberRange): number | undefined {
  if (!decimal.test(given)) return undefined;
  const value = Number(given);
  const fits =
    Number.isFinite(value) &&
    (!integer || Number.isSafeInteger(value)) &&
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above);
  return fits ? value : undefined;
}

function rangeInWords({ integer = false, min, max, above }: NumberRange): string {
  const kind = integer ? 'a whole number' : 'a number';
  const ceiling = max === undefined || max >= Number.MAX_SAFE_INTEGER ? undefined : max;
  if (above !== undefined)
    return `${kind} above ${above}${ceiling === undefined ? '' : `, at most ${ceiling}`}`;
  if (min !== undefined)
    return ceiling === undefined ? `${kind} from ${min} up` : `${kind} from ${min} to ${ceiling}`;
  return ceiling === undefined ? kind : `${kind}, at most ${ceiling}`;
}
