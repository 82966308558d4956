import { counted } from '../trainer/cli/format.ts';

export { counted as formatPlural, formatCount, formatDuration } from '../trainer/cli/format.ts';

const figures = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** Four significant figures; powers of ten only where zeros would have to be counted. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential().replace('e+', 'e');
  return figures.format(value);
}

/** 512 bytes · 310 kB · 1.2 MB */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const kilobytes = bytes / 1000;
  if (kilobytes < 999.5) return `${kilobytes < 10 ? kilobytes.toFixed(1) : Math.round(kilobytes)} kB`;
  const megabytes = kilobytes / 1000;
  return megabytes < 999.5
    ? `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`
    : `${(megabytes / 1000).toFixed(1)} GB`;
}

const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** 21 November 2026 at 14:05 UTC */
export function formatMoment(iso: string): string {
  return `${moments.format(new Date(iso))} UTC`;
}
