import type { RunPoint } from './run-record.ts';
import { type EpochRecord, type History, schemaVersion } from './schema.ts';
import { stepsUpTo } from './step-series.ts';

export function newHistory(): History {
  return { schemaVersion, epochs: [], steps: { every: 1, step: [], lossD: [], lossG: [] } };
}

/** The history with this epoch's record, in place of one of the same epoch. */
export function withRecord(history: History, record: EpochRecord): History {
  const epochs = [...history.epochs.filter(({ epoch }) => epoch !== record.epoch), record];
  return { ...history, epochs: epochs.sort((a, b) => a.epoch - b.epoch) };
}

/** The history as it was at a checkpoint. */
export function historyUpTo(history: History, { epoch, step }: RunPoint): History {
  return {
    ...history,
    epochs: history.epochs.filter((record) => record.epoch <= epoch),
    steps: stepsUpTo(history.steps, step),
  };
}

/** Wall time of the recorded epochs, in seconds. */
export function recordedSeconds({ epochs }: History): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}
