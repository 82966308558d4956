/** The digit of a grid of `count` that an address or a visitor asks for; undefined for anything else. */
export function parseDigit(wanted: unknown, count: number): number | undefined {
  if (typeof wanted !== 'string' || !/^\d{1,9}$/.test(wanted)) return undefined;
  const digit = Number(wanted);
  return digit < count ? digit : undefined;
}
