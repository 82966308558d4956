import process from 'node:process';
import type { EpochRecord, RunStatus } from '../artifacts/schema.ts';
import { counted, formatCount, formatDuration, formatLoss } from './format.ts';
import { addStepTime, type StepTime, secondsLeft, stepsPerSecond } from './speed.ts';

export interface StartInfo {
  run: string;
  recipe: string;
  /** The engine and device really used, in words. */
  engine: string;
  epochs: number;
  stepsPerEpoch: number;
  /** Real digits per step. */
  batch: number;
  /** Steps done before this start; more than 0 for a resumed run. */
  step: number;
}

export interface StepInfo {
  /** Steps done over the whole run. */
  step: number;
  lossD: number;
  lossG: number;
}

export interface EndInfo {
  run: string;
  status: RunStatus;
  /** Epochs and steps done over the whole run. */
  epochs: number;
  step: number;
  /** Wall time spent training, over all resumes. */
  seconds: number;
  /** The run's folder; null when nothing was written. */
  folder: string | null;
  /** Why it stopped and what to try; null when there is nothing to say. */
  message: string | null;
}

/** What a run suffers from, and what to try. */
export interface WarningInfo {
  /** Where it began. */
  epoch: number;
  kind: string;
  sentence: string;
}

/** Tells how a training run is going. */
export interface Reporter {
  start(info: StartInfo): void;
  step(info: StepInfo): void;
  epoch(record: EpochRecord): void;
  note(sentence: string): void;
  /** Something that is going wrong, while the run goes on. */
  warn(warning: WarningInfo): void;
  end(info: EndInfo): void;
}

/** What of a stream a reporter uses. */
export interface ReporterStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ReporterOptions {
  /** Events as lines of JSON on stdout, for machines; else words on stderr, for people. */
  json?: boolean;
  stream?: ReporterStream;
  /** Whether the stream can redraw a line. */
  isTTY?: boolean;
  /** A clock in milliseconds. */
  now?: () => number;
}

export function createReporter({
  json = false,
  stream = json ? process.stdout : process.stderr,
  isTTY = stream.isTTY === true && process.env.TERM !== 'dumb',
  now = () => performance.now(),
}: ReporterOptions = {}): Reporter {
  if (json) return jsonReporter(stream, now);
  return isTTY ? liveReporter(stream, now) : plainReporter(stream, now);
}

/** One object a line: `start`, `step` (at most one a second, and an epoch's last), `epoch`, `note`, `warning`, `end`. */
function jsonReporter(stream: ReporterStream, now: () => number): Reporter {
  const track = trackProgress(now);
  const due = everyMs(1000, now);
  const emit = (event: string, fields: object) => stream.write(`${JSON.stringify({ event, ...fields })}\n`);
  return {
    start(info) {
      track.start(info);
      emit('start', info);
    },
    step(info) {
      const { epoch, step, steps, imagesPerSecond = null, secondsLeft: etaSeconds = null } = track.step(info);
      // What follows an epoch's last step, scores above all, may take many seconds.
      if (step === steps || due()) emit('step', { epoch, ...info, imagesPerSecond, etaSeconds });
    },
    epoch: (record) => emit('epoch', record),
    note: (text) => emit('note', { text }),
    warn: (warning) => emit('warning', warning),
    end: (info) => emit('end', info),
  };
}

/** Lines only: one an epoch, and one every ten seconds between them. */
function plainReporter(stream: ReporterStream, now: () => number): Reporter {
  const track = trackProgress(now);
  const due = everyMs(10_000, now);
  const line = (text: string) => stream.write(`${text}\n`);
  return {
    start(info) {
      track.start(info);
      due();
      line(startLine(info));
    },
    step(info) {
      const progress = track.step(info);
      // The last step of an epoch has the epoch's own line.
      if (progress.step < progress.steps && due()) line(plainLine(progress));
    },
    epoch(record) {
      line(epochLine(record, track.epochs()));
    },
    note: line,
    warn: (warning) => line(warningLine(warning)),
    end: (info) => line(endLine(info)),
  };
}

/** As the plain one, with a last line that is redrawn in place while the run goes on. */
function liveReporter(stream: ReporterStream, now: () => number): Reporter {
  const clear = '\r\u001b[2K';
  const track = trackProgress(now);
  const due = everyMs(100, now);
  let live = '';
  const draw = (progress: Progress | undefined) => {
    // The last column stays free: a full line would wrap on some terminals.
    live = progress === undefined ? '' : progressLine(progress, (stream.columns || 80) - 1);
    stream.write(clear + live);
  };
  const line = (text: string) => stream.write(`${clear}${text}\n${live}`);
  return {
    start(info) {
      track.start(info);
      line(startLine(info));
    },
    step(info) {
      const progress = track.step(info);
      if (due()) draw(progress);
    },
    epoch(record) {
      line(epochLine(record, track.epochs()));
    },
    note: line,
    warn: (warning) => line(warningLine(warning)),
    end(info) {
      draw(undefined);
      line(endLine(info));
    },
  };
}

/** Follows the steps: which epoch they are in, how fast they go. */
function trackProgress(now: () => number) {
  let info: StartInfo | undefined;
  let window: readonly StepTime[] = [];
  return {
    start(started: StartInfo): void {
      info = started;
      window = [{ time: now(), step: started.step }];
    },
    step({ step, lossD, lossG }: StepInfo): Progress {
      if (!info) throw new Error('A reporter was told of a step before the start.');
      const { epochs, stepsPerEpoch, batch } = info;
      window = addStepTime(window, { time: now(), step });
      const speed = stepsPerSecond(window);
      const epoch = Math.max(1, Math.ceil(step / stepsPerEpoch));
      return {
        epoch,
        epochs,
        step: step - (epoch - 1) * stepsPerEpoch,
        steps: stepsPerEpoch,
        imagesPerSecond: speed === undefined ? undefined : speed * batch,
        secondsLeft: secondsLeft(window, epochs * stepsPerEpoch),
        lossD,
        lossG,
      };
    },
    epochs: () => info?.epochs ?? 0,
  };
}

/** True at most once in so many milliseconds, the first time at once. */
function everyMs(interval: number, now: () => number): () => boolean {
  let next = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() < next) return false;
    next = now() + interval;
    return true;
  };
}

function startLine({ run, recipe, epochs, stepsPerEpoch, batch, engine, step }: StartInfo): string {
  const size = `${counted(epochs, 'epoch')} of ${counted(stepsPerEpoch, 'step')}, ${formatCount(batch)} digits each`;
  const resumed = step > 0 ? `, from step ${formatCount(step)} on` : '';
  return `${run}: ${recipe}, ${size}${resumed}; ${engine}`;
}

function plainLine({
  epoch,
  epochs,
  step,
  steps,
  imagesPerSecond,
  secondsLeft: left,
  lossD,
  lossG,
}: Progress): string {
  const rate = imagesPerSecond === undefined ? '' : `  ${formatCount(imagesPerSecond)} images/s`;
  const eta = left === undefined ? '' : `  ${formatDuration(left)} left`;
  return `epoch ${epoch}/${epochs}  step ${step}/${steps}${rate}  D ${formatLoss(lossD)}  G ${formatLoss(lossG)}${eta}`;
}

function epochLine(
  { epoch, seconds, imagesPerSecond, lossD, lossG, metrics = {} }: EpochRecord,
  epochs: number,
): string {
  const scores = Object.entries(metrics).map(([name, value]) => `  ${name} ${formatLoss(value)}`);
  return (
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs} done in ${formatDuration(seconds)}  ` +
    `${formatCount(imagesPerSecond)} images/s  D ${formatLoss(lossD)}  G ${formatLoss(lossG)}${scores.join('')}`
  );
}

const warningLine = ({ kind, sentence }: WarningInfo) => `warning, ${kind}: ${sentence}`;

function endLine({ status, epochs, step, seconds, folder, message }: EndInfo): string {
  const work = `${counted(epochs, 'epoch')}, ${counted(step, 'step')} in ${formatDuration(seconds)}`;
  const where = folder === null ? 'nothing was written' : folder;
  return `${status}: ${work}; ${where}${message === null ? '' : `\n${message}`}`;
}

/** What the live line shows of a run. */
interface Progress {
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
function progressLine(progress: Progress, width: number): string {
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
