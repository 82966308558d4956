import { fstatSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';
import process from 'node:process';
import { isatty } from 'node:tty';

export interface Interrupt {
  /** True from the first signal on. */
  readonly stopping: boolean;
  /** What a command that was asked to stop exits with: 128 + the first signal's number, as shells have it. */
  readonly exitCode: number;
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  dispose(): void;
}

/** Ctrl-C; `kill` or a shutdown; a terminal that was closed; the warnings of schedulers before they kill. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGXCPU'] as const;
type Asking = (typeof signals)[number];

/** One Ctrl-C can arrive more than once, through npm and the process group; nobody presses it twice this fast. */
const samePressMs = 150;

/**
 * From here on the first signal only asks to stop. A Ctrl-C after it leaves at once; the others may come again, for
 * shells and schedulers repeat them. Under `nohup` a terminal that is closed is no signal.
 *
 * @param say how to print the word on the first; a progress reporter's `note`, where there is one
 */
export function onInterrupt({ say = sayOnStderr }: { say?: (sentence: string) => void } = {}): Interrupt {
  const controller = new AbortController();
  let first: Asking = 'SIGINT';
  let firstAt = 0;
  const handle = (signal: Asking) => {
    if (signal === 'SIGHUP' && isUnderNohup()) return;
    if (!controller.signal.aborted) {
      [first, firstAt] = [signal, performance.now()];
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
    get exitCode() {
      return 128 + constants.signals[first];
    },
    signal: controller.signal,
    dispose,
  };
}

/**
 * Whether nohup started this process. Node takes back at its start that SIGHUP is ignored, so what else nohup does must
 * tell: a shell names the program that it starts in `_`, and in place of the terminal GNU's nohup leaves a standard
 * input that cannot be read.
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
  process.exit(128 + constants.signals.SIGINT);
}

function sayOnStderr(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
