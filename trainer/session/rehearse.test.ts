import { describe, expect, it } from 'vitest';
import { resultsFixture } from '../artifacts/run-fixture.ts';
import type { Engine } from '../engines/engine.ts';
import { madeUpDigits, tinyConfig, toy } from '../gan/toy-fixture.ts';
import { rehearse } from './rehearse.ts';

/** Rehearses on a made-up training; gives the exit code, the notes and how many steps were played. */
async function rehearsed({
  digits = 100,
  results = resultsFixture,
  stopAfter = Number.POSITIVE_INFINITY,
} = {}) {
  const notes: string[] = [];
  const steps: number[] = [];
  const interrupt = { stopping: false, exitCode: 130 };
  const train = madeUpDigits(digits);
  const code = await rehearse({
    training: {
      async *play({ to }) {
        for (let step = 1; step <= to; step++) {
          steps.push(step);
          interrupt.stopping = steps.length >= stopAfter;
          yield { step, results };
        }
      },
    },
    digits: train.count,
    config: tinyConfig(toy, { epochs: 1 }),
    engine: { used: 'eager', provider: 'cpu', device: 'a slate', threads: 1 } satisfies Engine['info'],
    reporter: { note: (sentence) => void notes.push(sentence) },
    interrupt,
  });
  return { code, notes, steps };
}

describe('a rehearsal', () => {
  it('plays a few steps and tells what a run would take', async () => {
    const { code, notes, steps } = await rehearsed();
    expect(code).toBe(0);
    expect(steps).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
    expect(notes).toEqual([
      expect.stringMatching(
        /^dry run: toy runs with tfjs on the CPU, a slate: [\d,]+ images\/s, .*; nothing was written$/,
      ),
    ]);
  });

  it('plays no more steps than the run has', async () => {
    const { notes, steps } = await rehearsed({ digits: 9 });
    expect(steps).toEqual([1, 2]);
    expect(notes[0]).not.toContain('?');
  });

  it('ends with code 3 when the game breaks, and 130 when the user has seen enough', async () => {
    const broken = await rehearsed({ results: { ...resultsFixture, lossG: Number.NaN } });
    expect(broken).toMatchObject({ code: 3, steps: [1], notes: [expect.stringContaining('lossG is NaN')] });
    expect(await rehearsed({ stopAfter: 2 })).toMatchObject({ code: 130, steps: [1, 2], notes: [] });
  });
});
