import { formatCount, formatDuration, formatLoss } from './format.ts';

/** What the live line shows of a run. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done of this epoch. */
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  readonly lossD: number;
  readonly lossG: number;
}

/**
 * The live line, never longer than the width: where it is narrow, the least wanted parts are left out.
 *
 *     epoch 3/20 ━━━━━━━━────────── 412/937  5,120 images/s  D 0.693  G 1.208  4 min 31 s left
 */
export function progressLine(progress: Progress, width: number): string {
  const { epoch, epochs, step, steps, imagesPerSecond, secondsLeft, lossD, lossG } = progress;
  const where = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
  const count = `${String(step).padStart(String(steps).length)}/${steps}`;
  const rate = imagesPerSecond === undefined ? '' : `${formatCount(imagesPerSecond)} images/s`;
  const losses = `D ${formatLoss(lossD)}  G ${formatLoss(lossG)}`;
  const left = secondsLeft === undefined ? '' : `${formatDuration(secondsLeft)} left`;
  const bar = (cells: number) => drawBar(step / steps, cells);

  const layouts = [
    ...[24, 16, 8, 4].map((cells) => [`${where} ${bar(cells)} ${count}`, rate, losses, left]),
    [`${where} ${count}`, losses, left],
    [`${where} ${count}`, left],
    [`${where} ${count}`],
  ].map((parts) => parts.filter((part) => part !== '').join('  '));
  return layouts.find((line) => line.length <= width) ?? where.slice(0, Math.max(0, width));
}

/** @param share 0 to 1 */
function drawBar(share: number, cells: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells);
  return '━'.repeat(full) + '─'.repeat(cells - full);
}
