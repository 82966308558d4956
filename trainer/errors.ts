/** Exit codes of every Inkling command. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badInput: 2,
  diverged: 3,
  interrupted: 130,
} as const;

/**
 * A mistake in what the user gave us: a flag, a file, a folder. Its message is one sentence that says
 * what was got, what was wanted and what to do; it is printed alone, without a stack trace, and the
 * command exits with code 2.
 */
export class InputError extends Error {
  override name = 'InputError';
}

/** Something failed that is not the user's mistake but has a plain explanation: printed alone, exit code 1. */
export class FailedError extends Error {
  override name = 'FailedError';
}
