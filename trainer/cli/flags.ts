import process from 'node:process';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fromUser, keptFlag } from '../../tools/launcher/command-line.mjs';
import { InputError, nearestName } from '../errors.ts';

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

/** One flag per field of a flat schema, each undefined unless it is given. */
export type SchemaFlags<Shape extends z.ZodRawShape> = {
  readonly [Name in keyof Shape]: Flag<z.output<Shape[Name]> | undefined>;
};

/** What we use of the JSON schema that zod writes for a field. */
const fieldSchema = z.object({
  type: z.string().optional(),
  description: z.string().default(''),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
});
type Field = z.infer<typeof fieldSchema>;

/**
 * The flags of a flat schema of numbers, words and choices: their names, types, ranges and help all come
 * from the schema, so that a new field needs no second declaration.
 *
 * @throws Error naming the field whose type has no flag
 */
export function schemaFlags<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>): SchemaFlags<Shape> {
  const { properties = {} } = z.toJSONSchema(schema);
  const flags = Object.entries(properties).map(([name, property]) => [
    name,
    fieldFlag(name, fieldSchema.parse(property)),
  ]);
  // The shape's fields and the properties of its JSON schema are the same, which zod's types do not say.
  return Object.fromEntries(flags) as SchemaFlags<Shape>;
}

function fieldFlag(name: string, field: Field): Flag<unknown> {
  const { description, type } = field;
  if (field.enum) return choice({ description, choices: field.enum });
  if (type === 'integer' || type === 'number') return number({ description, ...rangeOf(field) });
  if (type === 'string') return text({ description });
  throw new Error(`The field ${name} has no type that a flag can take: ${type ?? 'none'}.`);
}

function rangeOf({ type, minimum, maximum, exclusiveMinimum }: Field) {
  return {
    integer: type === 'integer',
    ...(minimum !== undefined && { min: minimum }),
    ...(maximum !== undefined && { max: maximum }),
    ...(exclusiveMinimum !== undefined && { above: exclusiveMinimum }),
  };
}

/** Thrown for `--help`: the help on a command's flags, which `runMain` prints under the command's own. */
export class HelpRequest extends Error {
  override name = 'HelpRequest';
}

export interface ParseOptions<Name> {
  /** The flag that a value standing alone most likely belongs to, as in `npm run train -- mlp`. */
  bareWord?: Name;
  env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a command's flags: `--learning-rate-g .001` or `--learning-rate-g=.001` for the flag that the
 * table names `learningRateG`. Values come back typed as the table says.
 *
 * @throws InputError for what is unknown, missing, repeated, out of range or stands alone
 * @throws HelpRequest for --help or -h
 */
export function parseFlags<Table extends FlagTable>(
  table: Table,
  argv: readonly string[],
  { bareWord, env = process.env }: ParseOptions<keyof Table & string> = {},
): FlagValues<Table> {
  const byOption = new Map(Object.entries(table).map(([name, flag]) => [optionName(name), { name, flag }]));
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      [...byOption].map(([option, { flag }]) => [
        option,
        { type: flag.placeholder === null ? 'boolean' : 'string' },
      ]),
    ),
  });

  const given = new Map<string, unknown>();
  const alone: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') alone.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.rawName === '--help' || token.rawName === '-h') throw new HelpRequest(formatFlags(table));
    if (!token.rawName.startsWith('--')) throw new InputError(shortFlag(argv[token.index] ?? token.rawName));
    const entry = byOption.get(token.name);
    if (!entry) throw new InputError(unknownFlag(token.name, [...byOption.keys()]));
    if (given.has(entry.name)) throw new InputError(`--${token.name} was given twice; give it once.`);
    given.set(entry.name, readValue(token.name, entry.flag, token.value, token.inlineValue === true));
  }
  const absent = [...byOption].filter(([, { name }]) => !given.has(name)).map(([option]) => option);
  const kept = keptFlag(absent, env);
  if (kept !== undefined) throw new InputError(kept);
  if (alone[0] !== undefined) throw new InputError(wordAlone(alone[0], table, bareWord));

  const values = Object.entries(table).map(([name, flag]) => [
    name,
    given.has(name) ? given.get(name) : flag.fallback,
  ]);
  // Every name of the table is there, with the value of its own flag's read or fallback.
  return Object.fromEntries(values) as FlagValues<Table>;
}

function readValue(option: string, flag: Flag<unknown>, value: string | undefined, inline: boolean): unknown {
  if (flag.placeholder === null) {
    if (value !== undefined)
      throw new InputError(`--${option} takes no value; ${JSON.stringify(value)} was given.`);
    return true;
  }
  // `--epochs --batch 8`: the next flag is no value, unless an equals sign says that it is.
  if (value === undefined || (!inline && value.startsWith('--'))) {
    throw new InputError(`--${option} takes ${flag.wanted}, and none was given.`);
  }
  const read = flag.read(value);
  if (read === undefined)
    throw new InputError(`--${option} takes ${flag.wanted}, not ${JSON.stringify(value)}.`);
  return read;
}

function unknownFlag(option: string, known: readonly string[]): string {
  const candidate = nearestName(optionName(option), known);
  const hint = candidate === undefined ? '--help lists those there are' : `did you mean --${candidate}?`;
  return `There is no flag --${option}; ${hint}${hint.endsWith('?') ? '' : '.'}`;
}

function shortFlag(word: string): string {
  return `${word} is not a flag; flags have two dashes and a whole name, and --help lists them.`;
}

function wordAlone(word: string, table: FlagTable, bareWord: string | undefined): string {
  const takers = Object.entries(table).filter(
    ([, flag]) => flag.wanted.startsWith('one of ') && flag.read(word),
  );
  const meant = takers[0]?.[0] ?? bareWord;
  const hint =
    meant === undefined ? '--help lists the flags' : `did you mean --${optionName(meant)} ${word}?`;
  return `${word} stands alone, without a flag before it; ${hint}${hint.endsWith('?') ? '' : '.'}`;
}

/** The flags of a table, one a line in two columns, descriptions wrapped to the width. */
function formatFlags(table: FlagTable): string {
  const rows = Object.entries(table).map(([name, { placeholder, description, shownDefault }]) => ({
    left: `  --${optionName(name)}${placeholder === null ? '' : ` ${placeholder}`}`,
    right: description + (shownDefault === null ? '' : ` (default: ${shownDefault})`),
  }));
  return formatColumns([...rows, { left: '  --help', right: 'show this' }]);
}

/** Two columns; a left entry too long for its column stands on a line of its own. */
export function formatColumns(rows: readonly { left: string; right: string }[]): string {
  // As far as lines are good to read.
  const width = Math.min(100, process.stdout.columns || 100);
  const widest = Math.min(30, Math.max(...rows.map(({ left }) => left.length)));
  const indent = ' '.repeat(widest + 2);
  return rows
    .map(({ left, right }) => {
      const lines = wrap(right, width - indent.length);
      const fits = left.length <= widest;
      const first = fits ? `${left.padEnd(widest)}  ${lines[0] ?? ''}`.trimEnd() : left;
      return [first, ...lines.slice(fits ? 1 : 0).map((line) => indent + line)].join('\n');
    })
    .join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
