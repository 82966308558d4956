import process from 'node:process';
import { parseArgs } from 'node:util';
import { keptFlag } from '../../tools/launcher/command-line.mjs';
import { InputError } from '../errors.ts';
import { type Flag, type FlagTable, type FlagValues, optionName } from './flag.ts';
import { formatFlags } from './help.ts';
import { nearest } from './nearest.ts';

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
  const candidate = nearest(optionName(option), known);
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
