import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isMissing, isTemporary, readOwn, temporaryPath, whenFree } from '../../trainer/disk/files.ts';
import { InputError } from '../../trainer/errors.ts';
import { type Manifest, manifestName, readManifest, writeManifest } from './manifest.ts';

/** A folder that is there while a site is laid over the folder that it lies in. */
export const lockName = '.inkling-site.lock';

export interface Laid {
  readonly written: number;
  readonly removed: number;
}

const sumOf = (bytes: Uint8Array) => hash('sha256', bytes, 'hex');

/** The files below a folder, with forward slashes, and their SHA-256. */
async function sumsOf(folder: string): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    sums.set(relative(folder, file).split(sep).join('/'), sumOf(await readFile(file)));
  }
  return sums;
}

/**
 * The SHA-256 of what stands at a path of the target; undefined where nothing does.
 *
 * @throws InputError for a link, a folder or the like there, or on the way
 */
async function sumAt(target: string, path: string): Promise<string | undefined> {
  try {
    return sumOf(await readOwn(target, path, { atMost: 2 ** 31 }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What a page needs comes before it, and the home page last. */
const rank = (path: string) => (path === 'index.html' ? 2 : path.endsWith('.html') ? 1 : 0);

/** @returns the files to write, and those that stand there already without being a build's */
async function plan(
  sums: ReadonlyMap<string, string>,
  target: string,
  { before, force }: { readonly before: Manifest['files']; readonly force: boolean },
) {
  const [writes, foreign]: [string[], Set<string>] = [[], new Set()];
  for (const [path, sum] of sums) {
    const found = await sumAt(target, path);
    const ours = before.get(path);
    if (found !== undefined && !ours && found !== sum)
      throw new InputError(
        `${join(target, path)} was not written by a build, and the site has a file of that name; move it away, or name another folder with --out.`,
      );
    if (found !== undefined && ours && !ours.includes(found) && found !== sum && !force)
      throw new InputError(
        `${join(target, path)} was changed since it was built; keep a copy, and replace it with --force.`,
      );
    if (found !== undefined && !ours) foreign.add(path);
    else if (found !== sum) writes.push(path);
  }
  return { writes: writes.sort((a, b) => rank(a) - rank(b)), foreign };
}

/** Removes what a build that was killed left unfinished beside its files. */
async function sweep(target: string, paths: Iterable<string>): Promise<void> {
  const own = new Set([...paths, manifestName].map((path) => join(target, path)));
  for (const folder of new Set([...own].map(dirname))) {
    for (const name of (await readdir(folder).catch(() => [])).filter(isTemporary)) {
      const meant = name.slice(1).replace(/\.tmp-[0-9a-f]{12}$/, '');
      if (own.has(join(folder, meant))) await rm(join(folder, name));
    }
  }
}

/** Puts a copy in place whole, or not at all. */
async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const temporary = temporaryPath(to);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await whenFree(() => rename(temporary, to), { tries: process.platform === 'win32' ? 9 : 1 });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes a file of ours, and the folders that it leaves empty. */
async function remove(target: string, path: string): Promise<void> {
  await rm(join(target, path));
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (
      !(await rmdir(join(target, folder)).then(
        () => true,
        () => false,
      ))
    )
      return;
  }
}

/**
 * Lays a built site over a folder: new and changed files are put in place whole, pages behind what they need, and
 * then what an earlier build wrote and this one did not is removed. All else in the folder stays as it is. Ended at
 * any moment it leaves a list of all that is or may be ours, with which the next one ends what it began.
 *
 * @param built folder of the whole site
 * @param options.force replaces files of ours that were changed since; never a file that is not ours
 * @param options.onChange called before every change of the folder
 * @throws InputError, with nothing changed, where something foreign stands in the place of a file
 */
export async function layOver(
  built: string,
  target: string,
  { base = '/', force = false, onChange = (): void => undefined } = {},
): Promise<Laid> {
  const sums = await sumsOf(built);
  const earlier = await readManifest(target);
  const before = earlier?.files ?? new Map<string, string[]>();
  const { writes, foreign } = await plan(sums, target, { before, force });

  const after: Manifest['files'] = new Map();
  for (const [path, sum] of sums) if (!foreign.has(path)) after.set(path, [sum]);
  const between: Manifest['files'] = new Map(before);
  for (const [path, [sum = '']] of after) between.set(path, [...new Set([...(before.get(path) ?? []), sum])]);

  if (earlier) await sweep(target, before.keys());
  onChange();
  await writeManifest(target, { schemaVersion: 1, base: earlier?.base ?? base, files: between });
  for (const path of writes) {
    onChange();
    await place(join(built, path), join(target, path));
  }
  let removed = 0;
  for (const [path, known] of before) {
    if (sums.has(path)) continue;
    const found = await sumAt(target, path).catch(() => undefined);
    // One that was changed since is its changer's.
    if (found === undefined || !known.includes(found)) continue;
    onChange();
    await remove(target, path);
    removed++;
  }
  onChange();
  await writeManifest(target, { schemaVersion: 1, base, files: after });
  return { written: writes.length, removed };
}
