import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FailedError } from '../errors.ts';
import type { EngineInfo } from './engine.ts';

export interface TrialOptions {
  /** Milliseconds after which an engine that has not answered is given up. */
  readonly limit?: number;
  /** Environment of the trial, beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

const outcome = z.union([
  z.strictObject({ stepMs: z.number().positive(), loss: z.number() }),
  z.strictObject({ fault: z.string() }),
]);

/** What a trial found. */
export interface Trial {
  /** Milliseconds of the step of `trial-step.ts`, the best of several. */
  readonly stepMs: number;
  /** Its loss after the first few steps, by which engines are compared. */
  readonly loss: number;
}

/**
 * Plays a few training steps on an engine, in a process of its own: a driver that crashes takes nobody with it.
 *
 * @throws FailedError when the engine can't start, can't compute, or doesn't end
 */
export async function tryEngine(info: EngineInfo, options: TrialOptions = {}): Promise<Trial> {
  const { limit = 120_000, env = {} } = options;
  const script = fileURLToPath(new URL('./trial-process.ts', import.meta.url));
  const child = fork(script, [], {
    // What libraries print of their own is no part of the answer.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...env },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  try {
    const answer = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new FailedError(`it ended its process with ${signal ?? `code ${code}`}`)),
      );
      child.send(info);
    });
    const found = outcome.parse(answer);
    if ('fault' in found) throw new FailedError(found.fault);
    return found;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}
