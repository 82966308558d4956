import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Aim, differences, directoryOf, live, phases, type Subject, sumsOf } from './life.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(folder, { recursive: true }));

// The short form of `npm run test:crash`. Windows has no signals to send.
it.skipIf(process.platform === 'win32')(
  'a run that is killed again and again ends as one that never stopped, and is whole to readers all the while',
  async () => {
    const subject: Subject = {
      recipe: 'mlp',
      flags: '--batch 16 --limit 320 --epochs 5 --publish-every 1 --model-every 1'.split(' '),
      phases: phases.filter((phase) => !phase.endsWith('scores')),
    };
    const whole = await live(subject, { artifacts: join(folder, 'whole') });
    const aims: Aim[] = (
      ['start', 'snapshots', 'saves', 'steps', 'snapshots', 'saves', 'start'] as const
    ).map((phase, i) => ({ phase, skip: i === 4 ? 1 : 0, share: i / 7 }));
    const artifacts = join(folder, 'killed');
    const killed = await live(subject, { artifacts, aims, lengths: whole.lengths });

    expect(killed.kills.length).toBeGreaterThanOrEqual(5);
    expect(killed.reads).toBeGreaterThan(killed.kills.length);
    expect([...whole.faults, ...killed.faults]).toEqual([]);
    const sums = await sumsOf(directoryOf(join(folder, 'whole')));
    expect(differences(sums, await sumsOf(directoryOf(artifacts)))).toEqual([]);
    expect(Object.keys(sums)).toContain('models/0005/weights.bin');
  },
  120_000,
);
