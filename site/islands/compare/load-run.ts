import * as v from 'valibot';
import { type ComparedRun, comparedRunSchema } from '../../runs/compared.ts';
import { withBase } from '../../with-base.ts';

const records = new Map<string, Promise<ComparedRun>>();

/**
 * The record of a run, fetched once; one that fails is fetched again when next asked for.
 *
 * @throws an error whose message is a sentence that names the run
 */
export function loadRun(name: string): Promise<ComparedRun> {
  const known = records.get(name);
  if (known !== undefined) return known;
  const record = fetchRun(name).catch((error: unknown) => {
    records.delete(name);
    throw error;
  });
  records.set(name, record);
  return record;
}

async function fetchRun(name: string): Promise<ComparedRun> {
  // A site that was made again may have a longer run under the same name.
  const response = await fetch(withBase(`runs/${name}/compare.json`), { cache: 'no-cache' }).catch(
    () => undefined,
  );
  if (!response?.ok)
    throw new Error(
      `The run ${name} could not be fetched${response ? ` (status ${response.status})` : ''}; load this page again to try once more.`,
    );
  try {
    return v.parse(comparedRunSchema, await response.json());
  } catch {
    throw new Error(`The record of the run ${name} cannot be read; this page may be older than the site.`);
  }
}
