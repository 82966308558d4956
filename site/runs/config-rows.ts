import type { Run } from '../../trainer/artifacts/schema.ts';
import { optionName } from '../../trainer/cli/flags.ts';
import {
  type Config,
  type ConfigField,
  configFields,
  configSchema,
  isRunField,
  type Origin,
} from '../../trainer/config.ts';
import { formatFigure } from '../format.ts';

export interface ConfigRow {
  readonly field: ConfigField;
  readonly flag: string;
  readonly value: string;
  readonly meaning: string;
  readonly origin: Origin | undefined;
}

/** What each origin says about a value. */
export const originWords: Record<Origin, string> = {
  stated: 'stated in the description that the recipe follows',
  source: 'found in the public project behind that description, or in the paper that the recipe follows',
  assumed: 'our judgement, where they are silent',
  tuned: 'found by measuring',
  chosen: 'chosen for this run',
};

/** The flag that sets a field. */
export const flagOf = (field: ConfigField): string => `--${optionName(field)}`;

/** Every field of the configuration in the schema's order, with its meaning and who set it. */
export function configRows({ config, origins }: Pick<Run, 'config' | 'origins'>): ConfigRow[] {
  return configFields.map((field) => ({
    field,
    flag: flagOf(field),
    value: valueWords(config[field]),
    meaning: configSchema.shape[field].description ?? '',
    origin: origins[field],
  }));
}

/**
 * A recipe's own configuration as far as its runs tell: each field from the first run that did not choose it.
 *
 * @param runs of one recipe, the newest first
 */
export function recipeRows(runs: readonly Pick<Run, 'config' | 'origins'>[]): ConfigRow[] {
  const rows = new Map<ConfigField, ConfigRow>();
  for (const row of runs.flatMap(configRows)) {
    const known = row.origin !== undefined && row.origin !== 'chosen';
    if (known && !isRunField(row.field) && !rows.has(row.field)) rows.set(row.field, row);
  }
  return [...rows.values()];
}

/** The origins that occur, in the order in which they are explained. */
export function originsPresent(rows: readonly ConfigRow[]): Origin[] {
  return (Object.keys(originWords) as Origin[]).filter((origin) => rows.some((row) => row.origin === origin));
}

/** The flags that train the same run again: its recipe, its seed and whatever was chosen for it. */
export function trainFlags({ config, origins }: Pick<Run, 'config' | 'origins'>): string[] {
  const chosen = configFields.filter(
    (field) => origins[field] === 'chosen' && field !== 'recipe' && field !== 'seed',
  );
  return (['recipe', 'seed', ...chosen] as const).map((field) => `${flagOf(field)} ${config[field]}`);
}

/**
 * One run for each value of a field, to be seen side by side: the newest finished one.
 *
 * @param runs of one recipe, the newest first
 */
export function variants<R extends Pick<Run, 'config' | 'status' | 'epochs'>>(
  runs: readonly R[],
  field: ConfigField,
): R[] {
  const byValue = new Map<unknown, R>();
  for (const run of runs) {
    const value = run.config[field];
    const complete = run.status === 'finished' && run.epochs.length > 0;
    if (complete && !byValue.has(value)) byValue.set(value, run);
  }
  return [...byValue.values()];
}

function valueWords(value: Config[ConfigField]): string {
  return typeof value === 'number' ? formatFigure(value).replaceAll(',', '') : value;
}
