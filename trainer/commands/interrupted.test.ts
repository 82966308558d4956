import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointFile, readCheckpoint } from '../artifacts/checkpoint.ts';
import { listRuns, readRun } from '../artifacts/reader.ts';
import { endOf, eventsOf, heard, runCommand, startInkling } from './command-fixture.ts';
import { runs } from './runs.ts';
import { train } from './train.ts';

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

const startTraining = (...flags: string[]) =>
  startInkling('train', ...'--recipe mlp --engine cpu --json --artifacts'.split(' '), artifacts, ...flags);

// Windows has no signals to send.
describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  it('once finishes the step, saves, and leaves a run that goes on where it stopped', async () => {
    const child = startTraining('--batch', '50', '--limit', '500', '--latent-size', '4', '--threads', '1');
    const ended = endOf(child);
    await heard(child, '"event":"step"');
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 130, err: '' });
    const { step, status, message } = eventsOf(out).at(-1)!;
    expect(status).toBe('stopped');
    expect(message).toBe(
      `Stopped by the user after step ${step} of 2000. Go on with: npm run train -- --resume mlp --artifacts ${artifacts}`,
    );
    expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'stopped' } }]);
    const { step: saved, epoch } = await readCheckpoint(join(artifacts, 'mlp'));
    expect(saved).toBe(step);

    const epochs = String(epoch + 1);
    const resumed = await runCommand(
      { train },
      ...`train --resume mlp --epochs ${epochs}`.split(' '),
      '--artifacts',
      artifacts,
    );
    expect(resumed.code).toBe(0);
    expect(await readRun(join(artifacts, 'mlp'))).toMatchObject({ status: 'finished' });
  });

  it('again and again leaves in the middle of a step, with nothing half-written', async () => {
    // One step of so many digits takes seconds.
    const child = startTraining('--batch', '6000', '--threads', '1');
    const ended = endOf(child);
    await heard(child, '"event":"start"');
    // The untrained network is saved first; the step that is to be broken off comes after.
    const saved = join(artifacts, 'mlp', checkpointFile);
    while (!existsSync(saved)) await new Promise((resolve) => setImmediate(resolve));
    const presses = setInterval(() => child.kill('SIGINT'), 50);
    const { signal, out } = await ended;
    clearInterval(presses);
    expect(signal).toBe('SIGINT');
    expect(eventsOf(out).map(({ event }) => event)).not.toContain('end');
    // The record says what was true last; only its trainer could have changed that.
    expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'running' } }]);
    expect((await runCommand({ runs }, 'runs', '--artifacts', artifacts)).out).toContain('cut off');
    expect((await readCheckpoint(join(artifacts, 'mlp'))).step).toBe(0);
    expect(await readdir(join(artifacts, 'mlp', 'epochs'))).toEqual(['0000.png']);
  });
});
