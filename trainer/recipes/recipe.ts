import {
  type Config,
  type ConfigField,
  configFields,
  configSchema,
  defaults,
  isRunField,
  type Origin,
  type RunField,
} from '../config.ts';
import { InputError } from '../errors.ts';
import type { Game } from '../gan/game.ts';

/** A value that a recipe states in the place of the default, who says so, and why. */
export interface Stated<Value> {
  readonly value: Value;
  readonly origin: Exclude<Origin, 'chosen'>;
  readonly reason: string;
}

/**
 * One GAN: two networks, the game that they play, and where its configuration differs. Adding one is adding a file here
 * and a line to the list of `index.ts`.
 */
export interface Recipe extends Game {
  readonly title: string;
  readonly summary: string;
  /** What differs from the defaults of `trainer/config.ts`, in its value or in who says so. */
  readonly overrides: { readonly [Field in Exclude<ConfigField, RunField>]?: Stated<Config[Field]> };
  /** False where its discriminator has no dropout, so that `dropout` must be 0. */
  readonly hasDropout?: false;
}

const stating =
  (origin: Stated<unknown>['origin']) =>
  <Value>(value: Value, reason: string): Stated<Value> => ({ value, origin, reason });

/** The description of a public project that the recipe follows states this value. */
export const stated = stating('stated');
/** The public project behind that description, or the paper that the recipe follows, uses this value. */
export const source = stating('source');
/** Nothing says; this is a usual choice. */
export const assumed = stating('assumed');
/** Measured here to be the better choice. */
export const tuned = stating('tuned');

/** Values that the user gave, by flag or in a file. */
export type Overrides = { readonly [Field in ConfigField]?: Config[Field] | undefined };

/** A whole configuration, and who says each of its values. */
export interface Resolved {
  readonly config: Config;
  readonly origins: Readonly<Record<string, Origin>>;
}

/**
 * The configuration of a run: what the user gave, else what the recipe states, else the defaults.
 *
 * @throws InputError for values that do not go together
 */
export function resolveConfig(recipe: Recipe, overrides: Overrides = {}): Resolved {
  const given: Overrides = { ...overrides, recipe: recipe.name };
  const entries = configFields.map((field): [ConfigField, unknown, Origin] => {
    if (given[field] !== undefined) return [field, given[field], 'chosen'];
    const own = isRunField(field) ? undefined : recipe.overrides[field];
    return own ? [field, own.value, own.origin] : [field, defaults[field], 'assumed'];
  });
  const config = configSchema.parse(Object.fromEntries(entries.map(([field, value]) => [field, value])));
  if (config.dropout > 0 && recipe.hasDropout === false)
    throw new InputError(
      `${recipe.name}: its discriminator has no dropout, so --dropout ${config.dropout} can't be; leave it at 0.`,
    );
  return { config, origins: Object.fromEntries(entries.map(([field, , origin]) => [field, origin])) };
}
