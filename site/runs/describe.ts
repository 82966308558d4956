import type { SeenStatus } from '../../trainer/artifacts/reader.ts';
import type { Run } from '../../trainer/artifacts/schema.ts';
import { formatDuration, formatPlural } from '../format.ts';

/** What a status means to a reader who did not train the run. */
export const statusWords: Record<SeenStatus, string> = {
  finished: 'finished',
  running: 'still training',
  'cut off': 'cut off',
  stopped: 'stopped early',
  diverged: 'diverged',
};

/** The data set as it is called in print. */
export function dataName({ data }: Run): string {
  return data.name === 'mnist' ? 'MNIST' : data.name;
}

/** The last epoch that the run reached, published or not. */
export function epochsReached(run: Run): number {
  return run.epochs.at(-1)?.epoch ?? 0;
}

/** “12 of 20 epochs” for a run that has not reached its end, “20 epochs” for one that has. */
export function epochWords(run: Run): string {
  const reached = epochsReached(run);
  const planned = run.config.epochs;
  return reached >= planned
    ? formatPlural(planned, 'epoch')
    : `${reached} of ${formatPlural(planned, 'epoch')}`;
}

/** The run in one sentence. */
export function runSentence(run: Run, status: SeenStatus): string {
  const reached = epochsReached(run);
  const time = formatDuration(run.seconds);
  const epochs = formatPlural(run.config.epochs, 'epoch');
  const { device } = run.engine;
  switch (status) {
    case 'finished':
      return `Trained for ${epochs} in ${time} on ${device}.`;
    case 'running':
      return `Still training when this page was made: epoch ${reached} of ${run.config.epochs} after ${time} on ${device}.`;
    case 'cut off':
      return `Cut off at epoch ${reached} of ${run.config.epochs}, after ${time} on ${device}.`;
    case 'stopped':
      return `Stopped at epoch ${reached} of ${run.config.epochs}, after ${time} on ${device}.`;
    case 'diverged':
      return `Diverged after epoch ${reached} of ${run.config.epochs} and ${time} on ${device}. The last good epoch is kept.`;
  }
}

/** Whether row r of the grid holds the digit r: the trainer gives a conditional generator its classes in rows. */
export function hasClassRows(run: Run): boolean {
  return run.generator.classes > 0 && run.generator.classes === run.grid.rows;
}

/** Alternative text of one grid. */
export function gridWords(run: Run, epoch: number): string {
  const digits = formatPlural(run.grid.rows * run.grid.columns, 'generated digit');
  if (epoch === 0) return `Grid of ${digits} before any training.`;
  return `Grid of ${digits} after ${formatPlural(epoch, 'epoch')}.`;
}

/** Alternative text of the grid whose weights are not averaged. */
export function rawGridWords(run: Run, epoch: number): string {
  return gridWords(run, epoch).replace(/\.$/, ', by the weights as they are.');
}
