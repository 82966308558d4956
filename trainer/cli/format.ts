const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 59321 → 59,321. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** @param plural where it is not the singular with an s */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** 4.2 s, 42 s, 5 min 12 s, 2 h 3 min, 2 h: the largest two units, and the smaller only where there is some of it. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? inUnits(whole, 'min', 's') : inUnits(Math.round(whole / 60), 'h', 'min');
}

/** @param count of the smaller unit, 60 of which are one of the larger */
function inUnits(count: number, larger: string, smaller: string): string {
  const rest = count % 60;
  return `${Math.floor(count / 60)} ${larger}${rest > 0 ? ` ${rest} ${smaller}` : ''}`;
}

/** A loss in the width of a column: 0.693, 12.30, 4.1e+5; NaN where it is not a number. */
export function formatLoss(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  if (size >= 1000) return loss.toExponential(1);
  return loss.toFixed(size >= 10 ? 2 : 3);
}
