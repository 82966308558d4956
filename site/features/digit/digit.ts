import { readParameter, writeParameters } from '../../address.ts';
import { createStore } from '../../island.ts';

/** The digit that is followed through the epochs, as its index in the grid: row · columns + column. */
export const selectedDigit = createStore<number>();

/** Follows another digit and has the address say so. */
export function selectDigit(digit: number): void {
  writeParameters({ digit: String(digit) });
  selectedDigit.set(digit);
}

/** Begins with the digit that the address asks for, else with the first; what asks for none is taken out of it. */
export function selectFromAddress(count: number): void {
  const wanted = readParameter('digit');
  const digit = parseDigit(wanted, count);
  if (wanted !== null && wanted !== String(digit)) writeParameters({ digit: digit?.toString() });
  selectedDigit.set(digit ?? 0);
}

/** The digit of a grid of `count` that an address or a visitor asks for; undefined for anything else. */
export function parseDigit(wanted: unknown, count: number): number | undefined {
  if (typeof wanted !== 'string' || !/^\d{1,9}$/.test(wanted)) return undefined;
  const digit = Number(wanted);
  return digit < count ? digit : undefined;
}
