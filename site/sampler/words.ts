import { formatCount, formatFigure } from '../format.ts';
import type { SamplerFacts } from './facts.ts';
import type { Backend, Drawing } from './protocol.ts';
import type { SamplerState } from './state.ts';

/** How a backend is called in print. */
const backendNames: Record<Backend, string> = {
  wasm: 'WebAssembly (SIMD)',
  cpu: 'plain JavaScript',
};

function digits(value: number, count: number): number {
  return Number(value.toPrecision(count));
}

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
