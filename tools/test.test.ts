import { describe, expect, it } from 'vitest';
import { addTotals, chooseStages, closingLine, noTests, playwrightTotals, vitestTotals } from './test.ts';

describe('the totals of npm test', () => {
  it("are read from the runners' own reports", () => {
    const vitest = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, other: true };
    expect(vitestTotals(vitest)).toEqual({ passed: 5, failed: 1, skipped: 3 });
    const playwright = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } };
    expect(playwrightTotals(playwright)).toEqual({ passed: 5, failed: 1, skipped: 2 });
  });

  it('end as one plain line', () => {
    const sum = addTotals({ passed: 5, failed: 0, skipped: 0 }, { passed: 7, failed: 0, skipped: 0 });
    expect(closingLine(sum)).toBe('12 passed, 0 failed');
    expect(closingLine({ ...noTests, failed: 1, skipped: 2 })).toBe('0 passed, 1 failed, 2 skipped');
  });
});

describe('the stages of npm test', () => {
  it('are all of them, in order, or the ones named', () => {
    expect(chooseStages([]).chosen).toEqual(['check', 'unit', 'e2e']);
    expect(chooseStages(['--e2e', '--check']).chosen).toEqual(['check', 'e2e']);
  });

  it('take files for a single runner only', () => {
    expect(chooseStages(['--unit', 'trainer/cli'])).toEqual({ chosen: ['unit'], filters: ['trainer/cli'] });
    expect(() => chooseStages(['trainer/cli'])).toThrow(/say for which stage/);
    expect(() => chooseStages(['--check', 'trainer'])).toThrow(/say for which stage/);
  });

  it('are not chosen by a flag that npm kept', () => {
    const env = { npm_config_unit: 'true', npm_lifecycle_event: 'test' };
    expect(() => chooseStages([], env)).toThrow(
      'npm kept --unit for itself: write `--` before the flags, as in `npm run test -- --unit`.',
    );
  });
});
