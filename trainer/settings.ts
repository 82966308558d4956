import type { Config, ConfigField, Origin } from './config.ts';
import { configSchema, originSchema } from './config.ts';
import { InputError } from './errors.ts';
import type { Recipe, RunField } from './recipes/recipe.ts';

/** Values that the user gave, by flag or in a file. */
export type Chosen = { readonly [Field in ConfigField]?: Config[Field] | undefined };

/** What a run that nobody configures does, apart from what its recipe says. */
const runDefaults: Omit<Pick<Config, RunField>, 'recipe'> = {
  seed: 1,
  engine: 'auto',
  threads: 0,
  limit: 0,
};

export interface Settled {
  readonly config: Config;
  /** Who says each value. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/**
 * The configuration of a run: what the user chose, else what the recipe says, else the defaults.
 *
 * @throws InputError for values that do not go together
 */
export function settle(recipe: Recipe, chosen: Chosen = {}): Settled {
  const fields = Object.keys(configSchema.shape) as ConfigField[];
  const settings: Readonly<Record<string, { readonly value: unknown; readonly origin: Origin }>> =
    recipe.settings;
  const entries = fields.map((field): [string, unknown, Origin] => {
    if (field === 'recipe') return [field, recipe.name, originSchema.enum.chosen];
    const own = chosen[field];
    if (own !== undefined) return [field, own, 'chosen'];
    const setting = settings[field];
    if (setting) return [field, setting.value, setting.origin];
    return [field, runDefaults[field as keyof typeof runDefaults], 'assumed'];
  });
  const config = configSchema.parse(Object.fromEntries(entries.map(([field, value]) => [field, value])));
  const fault = recipe.incompatible?.(config);
  if (fault) throw new InputError(`${recipe.name}: ${fault}`);
  return { config, origins: Object.fromEntries(entries.map(([field, , origin]) => [field, origin])) };
}
