import process from 'node:process';
import { explain } from '../../trainer/cli/run-command.ts';
import { exitCodes, FailedError, fileFault, InputError } from '../../trainer/errors.ts';

/**
 * Ends the process with an error's sentence and exit code where it has one: Astro would print its place in our code.
 *
 * @throws every other error
 */
export async function told<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const known =
      error instanceof InputError || error instanceof FailedError || fileFault(error) !== undefined;
    if (!known) throw error;
    process.stderr.write(explain(error));
    process.exit(error instanceof InputError ? exitCodes.badInput : exitCodes.failed);
  }
}
