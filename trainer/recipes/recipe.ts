import type { Config, ConfigField, Origin } from '../config.ts';
import type { Game } from '../gan/game.ts';

/** A default, who says so, and why. */
export interface Setting<Value> {
  readonly value: Value;
  readonly origin: Exclude<Origin, 'chosen'>;
  readonly reason: string;
}

/** Fields that no recipe has a say in: where and how long on what, rather than what is trained. */
export type RunField = 'recipe' | 'seed' | 'engine' | 'threads' | 'limit';

/** A recipe's defaults: each field that is about the GAN itself. */
export type Settings = { readonly [Field in Exclude<ConfigField, RunField>]: Setting<Config[Field]> };

/** One GAN: two networks, the game that they play, and its defaults. Adding one is adding a file here. */
export interface Recipe extends Game {
  readonly title: string;
  readonly summary: string;
  readonly settings: Settings;
  /** What is wrong with a configuration of this recipe, in a sentence; undefined when nothing is. */
  incompatible?(config: Config): string | undefined;
}

const setting =
  (origin: Setting<unknown>['origin']) =>
  <Value>(value: Value, reason: string): Setting<Value> => ({ value, origin, reason });

/** The seed document states this value. */
export const stated = setting('stated');
/** The public source that the seed document derives from uses this value. */
export const source = setting('source');
/** Nothing says; this is a usual choice. */
export const assumed = setting('assumed');
/** Measured here to be the better choice. */
export const tuned = setting('tuned');

/** What the games of all seed documents are without. */
export const seedGame = {
  gradientPenalty: assumed(0, "the seed's loss has none"),
  penaltyAtEnd: assumed(1, 'there is no penalty'),
  penaltyBatch: assumed(0, 'there is no penalty'),
  rateAtEnd: assumed(1, "the seed's rates are constant"),
} satisfies Partial<Settings>;
