import { fstatSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { isatty } from 'node:tty';
import { exitCodes } from '../errors.ts';

export interface Interrupt {
  /** True from the first signal on. */
  readonly stopping: boolean;
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  dispose(): void;
}

/** What asks to stop: Ctrl-C, `kill`, a terminal that closes, and the warnings of schedulers before they kill. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const;

/** One Ctrl-C can arrive more than once, through npm and the process group; nobody presses it twice this fast. */
const samePressMs = 150;

/**
 * From here on the first signal only asks to stop, and Ctrl-C after it leaves at once. Other signals never do: a
 * scheduler sends a warning first and SIGTERM later, and a terminal that closes sends several.
 *
 * @param say how to print the word on the first; a progress reporter's `note`, where there is one
 */
export function onInterrupt({ say = sayOnStderr }: { say?: (sentence: string) => void } = {}): Interrupt {
  const controller = new AbortController();
  let firstAt = 0;
  const handle = (signal: NodeJS.Signals) => {
    if (signal === 'SIGHUP' && isUnderNohup()) return;
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort();
      say('finishing this step, saving; press Ctrl-C again to leave at once');
    } else if (signal === 'SIGINT' && performance.now() - firstAt > samePressMs) {
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
 * Whether nohup started this process, so that a terminal that closes is no reason to stop. Node takes back that SIGHUP is
 * ignored when it starts, and so nothing else tells: a shell names the program it starts in `_`, and where a shell lies
 * between, GNU's nohup has left a standard input in place of the terminal that cannot be read.
 */
function isUnderNohup(): boolean {
  if (basename(process.env._ ?? '') === 'nohup') return true;
  try {
    if (fstatSync(0).isCharacterDevice() && !isatty(0)) readSync(0, Buffer.alloc(1));
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EBADF';
  }
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
