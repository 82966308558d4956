import type { Run } from '../../../trainer/artifacts/schema.ts';
import { formatCount, formatFigure } from '../../format.ts';
import type { Backend, Drawing } from './serve.ts';

/** What the server tells the sampler of a run, in an attribute of its element. */
export interface SamplerFacts {
  readonly run: string;
  readonly grid: Pick<Run['grid'], 'seed' | 'rows' | 'columns'>;
  readonly generator: Pick<Run['generator'], 'latentSize' | 'classes' | 'range'>;
  /** In order, every epoch whose generator is published. */
  readonly models: readonly PublishedModel[];
}

export interface PublishedModel {
  readonly epoch: number;
  /** Addresses of its grid and of its two files. */
  readonly grid: string;
  readonly json: string;
  readonly weights: string;
}

/** The generator that stands for an epoch: its own, or the last one published before it. */
export function modelAt(models: readonly PublishedModel[], epoch: number): PublishedModel | undefined {
  return models.findLast((model) => model.epoch <= epoch) ?? models[0];
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** Of 1: whole numbers alone. */
  readonly step: number;
}

interface Slider extends Range {
  readonly label: string;
  /** Where it stands unless it is moved. */
  readonly value: number;
}

const direction = (k: number): Slider => ({ label: `Direction ${k}`, min: -3, max: 3, step: 0.1, value: 0 });

/** The sliders, by the names of their fields, which are those of the address's parameters too, and by where they stand. */
export const sliders = {
  digits: {
    /** See `GridLatents`. */
    truncation: { label: 'Truncation: 0 is the mean digit', min: 0, max: 1, step: 0.05, value: 1 },
  },
  /** Steps along the latent directions, in standard deviations. */
  directions: { move1: direction(1), move2: direction(2), move3: direction(3), move4: direction(4) },
  walk: {
    /** How far the walk has got. */
    at: { label: 'Per cent of the way', min: 0, max: 100, step: 1, value: 0 },
  },
} as const satisfies Record<string, Readonly<Record<string, Slider>>>;

const everySlider = { ...sliders.digits, ...sliders.directions, ...sliders.walk };
const sliderNames = Object.keys(everySlider) as (keyof typeof everySlider)[];

/** All that the visitor can set; together with the run and the epoch it says what is seen. */
export interface SamplerState extends Readonly<Record<keyof typeof everySlider, number>> {
  /** 0 … 2^32 - 1 */
  readonly seed: number;
  /** The one class asked for; undefined for a class to a row, and for a generator without classes. */
  readonly digit: number | undefined;
  /** Where the walk begins: an index of the grid. `to` is where it ends. */
  readonly from: number;
  readonly to: number;
}

/** How far each latent direction is followed, in their order. */
export const movesOf = ({ move1, move2, move3, move4 }: SamplerState) => [move1, move2, move3, move4];

/** What the state of a run's sampler depends on. */
export interface SamplerLimits {
  /** Seed of the run's own grids. */
  readonly seed: number;
  readonly classes: number;
  /** Digits in the grid. */
  readonly count: number;
}

/** The number that a text writes in plain decimals, or `fallback` when it is none or out of range. */
function parseNumber<T>(text: unknown, { min, max, step }: Range, fallback: T): number | T {
  if (typeof text !== 'string' || !/^-?\d{1,10}(?:\.\d{1,6})?$/.test(text)) return fallback;
  const value = Number(text);
  return value < min || value > max || (step === 1 && !Number.isInteger(value)) ? fallback : value;
}

const wholeTo = (max: number): Range => ({ min: 0, max, step: 1 });

/**
 * The state that an address or the form asks for; what is missing or bad has its default.
 *
 * @param read a value by its name
 */
export function parseState(
  read: (name: string) => unknown,
  { seed, classes, count }: SamplerLimits,
): SamplerState {
  const set = sliderNames.map((name) => {
    const slider = everySlider[name];
    return [name, parseNumber(read(name), slider, slider.value)] as const;
  });
  return {
    ...(Object.fromEntries(set) as Record<keyof typeof everySlider, number>),
    seed: parseNumber(read('seed'), wholeTo(2 ** 32 - 1), seed),
    digit: parseNumber(read('class'), wholeTo(classes - 1), undefined),
    from: parseNumber(read('from'), wholeTo(count - 1), 0),
    to: parseNumber(read('to'), wholeTo(count - 1), count - 1),
  };
}

/** The state as text, by the names that `parseState` reads. */
export function formatState({ digit, ...numbers }: SamplerState): Record<string, string> {
  const written = Object.entries(numbers).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(written), class: digit === undefined ? '' : String(digit) };
}

/** The parameters of an address that reproduces the state: only what is not the default. */
export function stateParameters(
  state: SamplerState,
  limits: SamplerLimits,
): Record<string, string | undefined> {
  const defaults = formatState(parseState(() => undefined, limits));
  const entries = Object.entries(formatState(state));
  return {
    ...Object.fromEntries(
      entries.map(([name, value]) => [name, value === defaults[name] ? undefined : value]),
    ),
    // Addresses from when there were backends to choose from name one.
    backend: undefined,
  };
}

/** How a backend is called in print. */
const backendNames: Record<Backend, string> = {
  wasm: 'WebAssembly (SIMD)',
  cpu: 'plain JavaScript',
};

const digits = (value: number, count: number) => Number(value.toPrecision(count));

/**
 * What drew, and how fast; it changes with every drawing, so it is for the eye.
 *
 * @param count digits drawn
 */
export function speedWords(
  { milliseconds, backend }: Pick<Drawing, 'milliseconds' | 'backend'>,
  count: number,
): string {
  const time = formatFigure(digits(milliseconds, 3));
  const rate = formatCount(digits((count * 1000) / milliseconds, 2));
  return `${count} digits in ${time} ms, ${rate} a second, by ${backendNames[backend]}.`;
}

/** What is not as it was asked for; empty when all is. */
export function noticeWords({
  backend,
  epoch,
  drawnBy,
}: {
  readonly backend: Backend;
  /** The epoch asked for. */
  readonly epoch: number;
  /** The epoch whose generator drew. */
  readonly drawnBy: number;
}): string {
  const sentences = [
    backend === 'wasm' ? '' : `${backendNames.wasm} does not work here.`,
    epoch === drawnBy ? '' : `The generator of epoch ${epoch} was not kept; epoch ${drawnBy}’s drew this.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

/** Name of a picture that is taken home: conditional-epoch-0006-seed-1.png */
export function pictureName({ run }: SamplerFacts, epoch: number, { seed, digit }: SamplerState): string {
  const label = digit === undefined ? '' : `-class-${digit}`;
  return `${run}-epoch-${String(epoch).padStart(4, '0')}-seed-${seed}${label}.png`;
}
