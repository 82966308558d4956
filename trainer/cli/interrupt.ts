import process from 'node:process';
import { exitCodes } from '../errors.ts';

export interface Interrupt {
  /** True from the first signal on. */
  readonly stopping: boolean;
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  dispose(): void;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** One Ctrl-C can arrive more than once, through npm and the process group; nobody presses it twice this fast. */
const samePressMs = 150;

/**
 * From here on the first Ctrl-C (or SIGTERM) only asks to stop, and the second leaves at once.
 *
 * @param say how to print the word on the first; a progress reporter's `note`, where there is one
 */
export function onInterrupt({ say = sayOnStderr }: { say?: (sentence: string) => void } = {}): Interrupt {
  const controller = new AbortController();
  let firstAt = 0;
  const handle = () => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort();
      say('finishing this step, saving; press Ctrl-C again to leave at once');
    } else if (performance.now() - firstAt > samePressMs) {
      dispose();
      leaveAtOnce();
    }
  };
  const dispose = () => {
    for (const signal of signals) process.off(signal, handle);
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    get stopping() {
      return controller.signal.aborted;
    },
    signal: controller.signal,
    dispose,
  };
}

/**
 * `process.exit` first waits for the engine's thread, which may be in the middle of seconds of work. The
 * signal's own effect, which a shell and the launcher see as exit code 130, waits for nothing.
 */
function leaveAtOnce(): void {
  if (process.platform !== 'win32') {
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  }
  process.exit(exitCodes.interrupted);
}

function sayOnStderr(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
