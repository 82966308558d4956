/** 8 s, 3 min 12 s, 2 h 05 min; the largest two units. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  const whole = Math.round(seconds);
  if (whole < 60) return seconds < 9.95 ? `${Number(seconds.toFixed(1))} s` : `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours} h ${pad(minutes)} min` : `${minutes} min ${pad(rest)} s`;
}

/** 59321 → 59,321. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A loss in the width of a column: 0.693, 12.30, 4.1e+5; NaN where it is not a number. */
export function formatLoss(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  if (size >= 1000) return loss.toExponential(1);
  return loss.toFixed(size >= 10 ? 2 : 3);
}

/** @param plural where it is not the singular with an s */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
