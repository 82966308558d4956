import { type FlagTable, optionName, path, schemaFlags } from '../cli/flags.ts';
import { cut, readJsonFile } from '../cli/json-file.ts';
import { configFields, configSchema } from '../config.ts';
import { engineChoice } from '../engines/registry.ts';
import { InputError, nearestName } from '../errors.ts';
import type { Overrides } from '../recipes/recipe.ts';

const sample = '{"recipe": "mlp", "epochs": 5, "learningRateG": 0.0001}';

export const configFlag = path({
  description: `JSON file of settings by their names, such as ${sample}, or a run's own config; flags win over it`,
  placeholder: 'FILE',
});

/** No recipe or engine has a name as long as this. */
const longestWord = 64;

/** What a user may set. A record may name an engine of another version. */
const settingsSchema = configSchema.extend({ engine: engineChoice });
export const settingFlags = schemaFlags(settingsSchema);

/**
 * What the user chose: by flag, else in the file that --config names.
 *
 * @param given the flags as they were parsed
 * @param table the command's flags
 * @throws InputError as `readConfigFile` does
 */
export async function readOverrides(
  given: Readonly<Record<string, unknown>> & { readonly config: string | undefined },
  table: FlagTable,
): Promise<Overrides> {
  const fromFile = given.config === undefined ? {} : await readConfigFile(given.config, table);
  const flagged = configFields.filter((field) => given[field] !== undefined);
  return { ...fromFile, ...Object.fromEntries(flagged.map((field) => [field, given[field]])) };
}

/**
 * The settings in a configuration file, an object whose names are those of the configuration and whose values are what
 * the flags take. A run's `config`, copied from its run.json, is one.
 *
 * @throws InputError for what can't be read, is not JSON, or is not a setting that there is
 */
async function readConfigFile(file: string, table: FlagTable): Promise<Overrides> {
  const given = objectOf(file, await readJsonFile(file, `--config takes a JSON file, such as ${sample}`));
  if (Object.hasOwn(given, 'schemaVersion') && Object.hasOwn(given, 'config'))
    throw new InputError(
      `${file} is the whole record of a run; make a file of what stands under its config.`,
    );
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, settingOf(file, name, value, table)]),
  );
}

function objectOf(file: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(
      `${file} holds ${Array.isArray(value) ? 'a list' : inWords(value)}, and --config takes an object of settings, such as ${sample}.`,
    );
  return value as Readonly<Record<string, unknown>>;
}

function settingOf(file: string, name: string, value: unknown, table: FlagTable): unknown {
  const field = configFields.find((known) => known === name);
  if (field === undefined) throw new InputError(`${file}: ${unknownSetting(name, table)}`);
  const parsed = settingsSchema.shape[field].safeParse(value);
  if (typeof value === 'string' && value.length > longestWord)
    throw new InputError(
      `${file}: ${name} is a text of ${value.length} characters, and no name that there is has more than ${longestWord}.`,
    );
  if (parsed.success) return parsed.data;
  throw new InputError(`${file}: ${name} takes ${settingFlags[field].wanted}, not ${inWords(value)}.`);
}

/** `learning-rate-g` is how the flag is written; a file has one form for each name, that of run.json. */
function unknownSetting(given: string, table: FlagTable): string {
  const name = cut(given);
  const camel = name.replace(/[-_]+([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (Object.hasOwn(table, camel) && !Object.hasOwn(settingFlags, camel))
    return `${name} is no setting but a flag, --${optionName(camel)}; give it beside --config.`;
  const candidate = nearestName(camel, configFields);
  if (candidate !== undefined) return `there is no setting ${name}; did you mean ${candidate}?`;
  return `there is no setting ${name}; npm run train -- --help lists those there are.`;
}

/** A value as it stands in the file, cut where it is long. */
function inWords(value: unknown): string {
  return cut(typeof value === 'number' ? String(value) : JSON.stringify(value));
}
