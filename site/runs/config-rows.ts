import type { Run } from '../../trainer/artifacts/schema.ts';
import { type Config, type ConfigField, configSchema, type Origin } from '../../trainer/config.ts';
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
  stated: 'stated by the seed document that the recipe follows',
  source: 'found in the public project behind that document',
  assumed: 'our judgement, where both are silent',
  tuned: 'found by measuring',
  chosen: 'chosen for this run',
};

const fields = Object.keys(configSchema.shape) as ConfigField[];

/** learningRateG → --learning-rate-g */
export function flagOf(field: ConfigField): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Every field of the configuration in the schema's order, with its meaning and who set it. */
export function configRows({ config, origins }: Pick<Run, 'config' | 'origins'>): ConfigRow[] {
  return fields.map((field) => ({
    field,
    flag: flagOf(field),
    value: valueWords(config[field]),
    meaning: configSchema.shape[field].description ?? '',
    origin: origins[field],
  }));
}

/** The origins that occur, in the order in which they are explained. */
export function originsPresent(rows: readonly ConfigRow[]): Origin[] {
  return (Object.keys(originWords) as Origin[]).filter((origin) => rows.some((row) => row.origin === origin));
}

/** The flags that train the same run again: its recipe, its seed and whatever was chosen for it. */
export function trainFlags({ config, origins }: Pick<Run, 'config' | 'origins'>): string[] {
  const chosen = fields.filter(
    (field) => origins[field] === 'chosen' && field !== 'recipe' && field !== 'seed',
  );
  return (['recipe', 'seed', ...chosen] as const).map((field) => `${flagOf(field)} ${config[field]}`);
}

function valueWords(value: Config[ConfigField]): string {
  return typeof value === 'number' ? formatFigure(value).replaceAll(',', '') : value;
}
