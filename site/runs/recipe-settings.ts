import type { Run } from '../../trainer/artifacts/schema.ts';
import type { ConfigField } from '../../trainer/config.ts';
import { type ConfigRow, configRows } from './config-rows.ts';

/** Where and how long on what, rather than what is trained: no recipe has a say in these. */
const runFields: ReadonlySet<ConfigField> = new Set(['recipe', 'seed', 'engine', 'threads', 'limit']);

/**
 * A recipe's own settings as far as its runs tell: each field from the first run that did not choose it.
 *
 * @param runs of one recipe, the newest first
 */
export function recipeSettings(runs: readonly Pick<Run, 'config' | 'origins'>[]): ConfigRow[] {
  const settings = new Map<ConfigField, ConfigRow>();
  for (const row of runs.flatMap(configRows)) {
    const known = row.origin !== undefined && row.origin !== 'chosen';
    if (known && !runFields.has(row.field) && !settings.has(row.field)) settings.set(row.field, row);
  }
  return [...settings.values()];
}
