const counts = new Intl.NumberFormat('en');
const figures = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** 60000 → 60,000 */
export function formatCount(value: number): string {
  return counts.format(value);
}

/** Four significant figures; powers of ten only where zeros would have to be counted. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential().replace('e+', 'e');
  return figures.format(value);
}

/** 1 epoch, 20 epochs */
export function formatPlural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** 4.2 s · 42 s · 5 min 12 s · 2 h 3 min */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${figures.format(Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const rounded = Math.round(whole / 60);
  return rounded % 60 === 0
    ? `${Math.floor(rounded / 60)} h`
    : `${Math.floor(rounded / 60)} h ${rounded % 60} min`;
}

/** 512 bytes · 310 kB · 1.2 MB */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return formatPlural(bytes, 'byte');
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
