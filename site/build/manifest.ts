import { join } from 'node:path';
import { z } from 'zod';
import { isMissing, readOwn, writeWhole } from '../../trainer/disk/files.ts';
import { InputError } from '../../trainer/errors.ts';

/** Lies in the folder of a built site and says which files of that folder are a build's. */
export const manifestName = '.inkling-site.json';

/** Whether a path with forward slashes names something inside its folder, the same on every system. */
export function isPlainPath(path: string): boolean {
  return (
    !/[\p{Cc}\\:]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  /** The path under which the site is hosted. */
  base: z.string().regex(/^\/([\w.~-]+\/)*$/),
  /**
   * The SHA-256 that each file of ours may have: one, or several where a build was cut off while it replaced an older
   * one.
   */
  files: z
    .record(
      z.string().refine((path) => isPlainPath(path) && path !== manifestName),
      z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
    )
    .transform((files) => new Map(Object.entries(files))),
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * The manifest of the built site in a folder; undefined where there is none.
 *
 * @throws InputError for one that no build of ours wrote
 */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const bytes = await readOwn(folder, manifestName, { atMost: 1 << 26 }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new InputError(
      `${join(folder, manifestName)} is not a list of files that a build wrote; remove the folder, or name another with --out.`,
    );
  }
}

export async function writeManifest(folder: string, { schemaVersion, base, files }: Manifest): Promise<void> {
  const text = JSON.stringify({ schemaVersion, base, files: Object.fromEntries(files) });
  await writeWhole(join(folder, manifestName), `${text}\n`);
}
