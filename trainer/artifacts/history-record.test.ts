import { describe, expect, it } from 'vitest';
import { historyUpTo, newHistory, recordedSeconds, withRecord } from './history-record.ts';
import { recordOf } from './run-fixture.ts';
import { historySchema } from './schema.ts';

describe('a history', () => {
  it('begins as a valid empty one', () => {
    expect(historySchema.parse(newHistory())).toEqual(newHistory());
  });

  it('keeps one record an epoch, in order, the last given', () => {
    const again = { ...recordOf(1), seconds: 5 };
    const history = [recordOf(2), recordOf(1), again].reduce(withRecord, newHistory());
    expect(history.epochs).toEqual([again, recordOf(2)]);
    expect(recordedSeconds(history)).toBe(7);
  });

  it('goes back to a checkpoint', () => {
    const steps = { every: 2, step: [10, 12, 14], lossD: [1, 2, 3], lossG: [4, 5, 6] };
    const history = withRecord(withRecord({ ...newHistory(), steps }, recordOf(1)), recordOf(2));
    expect(historyUpTo(history, { epoch: 1, step: 13 })).toMatchObject({
      epochs: [recordOf(1)],
      steps: { every: 2, step: [10, 12], lossD: [1, 2], lossG: [4, 5] },
    });
  });
});
