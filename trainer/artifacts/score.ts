import { findRun } from './reader.ts';
import { writeRecord } from './run-folder.ts';
import type { Run } from './schema.ts';

/**
 * Writes the final scores of a run into its record, in place of earlier ones. Not for a run that is being
 * trained in another process: its writer would overwrite them.
 *
 * @param metrics finite numbers by name
 * @throws InputError when there is no such run or it is broken
 */
export async function scoreRun(
  artifacts: string,
  name: string,
  metrics: Readonly<Record<string, number>>,
): Promise<Run> {
  const { directory, run } = await findRun(artifacts, name);
  const scored = { ...run, metrics: { ...metrics } };
  await writeRecord(directory, scored);
  return scored;
}
